import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ArgumentError } from '@unroll/backend/errors';
import { Linear, load } from '@unroll/nn';
import '@tensorflow/tfjs-backend-cpu';
import { writeSafetensors } from '@unroll/safetensors';
import { describe, expect, it, vi } from 'vitest';
import { essence, sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import {
  checkpointNames,
  folder,
  latestCheckpoint,
  readCheckpoint,
  removeUnkept,
  writeCheckpoint,
} from '../index.ts';

const temporary = temporaryFolder();
let runs = 0;
const newRun = () => join(temporary, 'runs', `run-${runs++}`);

const write = (path: string, step: number, mark = 0) =>
  writeCheckpoint(folder(path), sampleCheckpoint(step, mark));

describe('a folder', () => {
  it('is made with the first checkpoint, which is read as it was written', async () => {
    const path = newRun();
    expect(await latestCheckpoint(folder(path))).toBeUndefined();
    expect(await write(path, 100)).toBe('step-00000100');
    expect(readdirSync(path)).toEqual(['step-00000100']);
    expect(readdirSync(join(path, 'step-00000100')).sort()).toEqual([
      'averaged.safetensors',
      'checkpoint.json',
      'training.safetensors',
      'weights.safetensors',
    ]);
    const read = await readCheckpoint(folder(pathToFileURL(path)), 'step-00000100');
    expect(essence(read)).toEqual(essence(sampleCheckpoint(100)));
  });

  it('is made under any name that the file system accepts, and no other folder is made', async (context) => {
    if (sep === '\\') return context.skip('a backslash parts folders here');
    const path = newRun();
    await write(join(path, 'a\\b'), 100);
    expect(readdirSync(path)).toEqual(['a\\b']);
  });

  it('is made again after it was removed between two checkpoints', async () => {
    const store = folder(newRun());
    await writeCheckpoint(store, sampleCheckpoint(100));
    rmSync(store.location, { recursive: true });
    await writeCheckpoint(store, sampleCheckpoint(200));
    expect(await checkpointNames(store)).toEqual(['step-00000200']);
  });

  it('holds weights that a model loads by their path', async () => {
    const path = newRun();
    const weight = { dtype: 'F32', shape: [1, 2], data: new Float32Array([1, 2]) } as const;
    await writeCheckpoint(folder(path), { step: 1, epoch: 0, weights: writeSafetensors({ weight }) });
    const model = new Linear({ inFeatures: 2, outFeatures: 1, bias: false });
    await load(model, join(path, 'step-00000001', 'weights.safetensors'));
    expect([...(await model.weight.data())]).toEqual([1, 2]);
  });

  it('holds a manifest that any program reads as JSON, one line for each field', async () => {
    const path = newRun();
    await write(path, 100);
    const text = readFileSync(join(path, 'step-00000100', 'checkpoint.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      format: 'unroll-checkpoint',
      version: 1,
      step: 100,
      epoch: 10,
      metrics: { loss: 1 / 101, accuracy: 'NaN' },
      state: { generator: { seed: 1, drawn: 100 }, best: { $number: 'Infinity' } },
    });
    expect(text.split('\n')).toHaveLength(13);
  });

  it('replaces a checkpoint of the same name', async () => {
    const path = newRun();
    await write(path, 100, 1);
    await write(path, 100, 2);
    expect(essence(await readCheckpoint(folder(path), 'step-00000100'))).toEqual(
      essence(sampleCheckpoint(100, 2)),
    );
    expect(readdirSync(path)).toEqual(['step-00000100']);
  });

  it('still has the older checkpoint when a writer ended in the middle of replacing it', async () => {
    const path = newRun();
    await write(path, 100, 1);
    renameSync(join(path, 'step-00000100'), join(path, '.replaced-step-00000100'));
    expect(await checkpointNames(folder(path))).toEqual(['step-00000100']);
    expect(essence(await readCheckpoint(folder(path), 'step-00000100'))).toEqual(
      essence(sampleCheckpoint(100, 1)),
    );
    await write(path, 100, 2);
    expect(readdirSync(path)).toEqual(['step-00000100']);
    renameSync(join(path, 'step-00000100'), join(path, '.replaced-step-00000100'));
    await folder(path).remove('step-00000100');
    expect(readdirSync(path)).toEqual([]);
  });

  it('removes a checkpoint, and ignores a missing one', async () => {
    const path = newRun();
    await write(path, 100);
    await folder(path).remove('step-00000100');
    await folder(path).remove('step-00000100');
    expect(readdirSync(path)).toEqual([]);
    await folder(newRun()).remove('step-00000100');
  });

  it('lets two processes remove a checkpoint at once without an error', async () => {
    const path = newRun();
    for (const step of [1, 2, 3, 4, 5]) await write(path, step);
    const removals = [1, 2, 3, 4].map(() => removeUnkept(folder(path), { last: 1 }));
    await Promise.all(removals);
    expect(readdirSync(path)).toEqual(['step-00000005']);
  });

  it('may contain other files and folders, which do not count as checkpoints', async () => {
    const path = newRun();
    await write(path, 100);
    mkdirSync(join(path, 'tensorboard'));
    writeFileSync(join(path, 'step-00000200'), '');
    expect(await checkpointNames(folder(path))).toEqual(['step-00000100']);
  });

  it('keeps the user’s entries whose names resemble those of the store', async () => {
    const path = newRun();
    const others = [
      '.removed-notes',
      '.removed-step-00000001',
      '.removed-notes-0A1B2C3D',
      '.replaced-tensorboard',
    ];
    for (const name of [...others, 'tensorboard']) mkdirSync(join(path, name, 'inner'), { recursive: true });
    for (const mark of [1, 2]) await write(path, 100, mark);
    expect(readdirSync(path).sort()).toEqual([...others, 'step-00000100', 'tensorboard'].sort());
  });

  it('removes the remains of a checkpoint without a step when that checkpoint is written again', async () => {
    const store = folder(newRun());
    const contents = new Map([['file', new Uint8Array(1)]]);
    await store.write('best', contents);
    for (const left of ['.replaced-best', '.removed-best-00000000']) {
      mkdirSync(join(store.location, left, 'inner'), { recursive: true });
    }
    await store.write('best', contents);
    expect(readdirSync(store.location)).toEqual(['best']);
  });

  it('lets two writers work at once without interfering', async () => {
    const path = newRun();
    const steps = Array.from({ length: 10 }, (_, i) => i + 1);
    await Promise.all(steps.map((step) => write(path, step)));
    expect(await checkpointNames(folder(path))).toHaveLength(10);
    expect(readdirSync(path)).toHaveLength(10);
  });

  it('removes the remains of ended writers, and keeps those of writers that may be alive', async () => {
    const path = newRun();
    const { pid: dead } = spawnSync(process.execPath, ['--version']);
    const host = hostname().replaceAll(/[^\w-]/g, '_');
    const hour = 3_600_000;
    const left: Record<string, [name: string, age: number]> = {
      'a process that ended': [`.writing-step-00000001.${dead}.${host}.00000000`, 0],
      'a process of our number before us': [`.writing-step-00000001.${process.pid}.${host}.00000001`, hour],
      'this process': [`.writing-step-00000001.${process.pid}.${host}.00000002`, 0],
      'a process that is there': [`.writing-step-00000001.${process.ppid}.${host}.00000003`, 0],
      'another host, long ago': ['.writing-step-00000001.1.elsewhere.00000004', 2 * hour],
      'another host, now': ['.writing-step-00000001.1.elsewhere.00000005', 0],
      'a removal': ['.removed-step-00000001-00000006', 0],
    };
    for (const [name, age] of Object.values(left)) {
      mkdirSync(join(path, name), { recursive: true });
      writeFileSync(join(path, name, 'weights.safetensors'), '12');
      const time = (Date.now() - age) / 1000;
      for (const one of [join(path, name, 'weights.safetensors'), join(path, name)])
        utimesSync(one, time, time);
    }
    expect(await checkpointNames(folder(path))).toEqual([]);
    await write(path, 100);
    const there = readdirSync(path);
    const kept = Object.entries(left).filter(([, [name]]) => there.includes(name));
    expect(kept.map(([whose]) => whose)).toEqual([
      'this process',
      'a process that is there',
      'another host, now',
    ]);
  });

  it('throws without Node, and for an invalid path', () => {
    expect(() => folder('')).toThrow("folder: path is ''; expected a path or a file: URL");
    expect(() => folder(new URL('https://example.org'))).toThrow('expected a path or a file: URL');
    vi.stubGlobal('process', undefined);
    try {
      expect(() => folder('runs')).toThrow("folder: path is 'runs'; there are no folders here");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('accepts a file: URL, also as a string', async () => {
    const path = newRun();
    await write(path, 100);
    const store = folder(pathToFileURL(path).href);
    expect(store.location).toBe(path);
    expect(await checkpointNames(store)).toEqual(['step-00000100']);
  });

  it.each([...(sep === '/' ? ['file://server/runs'] : []), 'file:///runs/a%2Fb', 'file://[/runs'])(
    'throws when its URL, such as %s, has no path on this machine',
    (url) => {
      const opening = () => folder(url);
      expect(opening).toThrow(ArgumentError);
      expect(opening).toThrow(`folder: path is '${url}'; expected a file: URL of a path on this machine`);
      if (URL.canParse(url)) expect(() => folder(new URL(url))).toThrow(ArgumentError);
    },
  );

  it('throws for names that contain a path', async () => {
    const store = folder(newRun());
    for (const name of ['', '.hidden', '../up', 'a/b', 'a\0', 'x'.repeat(101)]) {
      await expect(store.write(name, new Map())).rejects.toThrow('name is');
      await expect(store.write('a', new Map([[name, new Uint8Array()]]))).rejects.toThrow('file is');
      await expect(store.read(name, 'a')).rejects.toThrow('name is');
      await expect(store.remove(name)).rejects.toThrow('name is');
    }
  });
});
