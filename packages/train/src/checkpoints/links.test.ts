import { lutimesSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { essence, sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { checkpointNames, folder, latestCheckpoint, writeCheckpoint } from '../index.ts';

const NAME = 'step-00000100';

/** A run whose only checkpoint is a link to a checkpoint of another run. */
async function linkedRun(): Promise<{ run: string; target: string }> {
  const outer = temporaryFolder(onTestFinished);
  const [run, other] = [join(outer, 'run'), join(outer, 'other')];
  await writeCheckpoint(folder(other), sampleCheckpoint(100));
  mkdirSync(run);
  symlinkSync(join(other, NAME), join(run, NAME));
  return { run, target: join(other, NAME) };
}

const filesOf = (path: string) =>
  Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file))]));

describe('a link to a checkpoint', () => {
  it('counts as a checkpoint, and as the newest one', async () => {
    const { run } = await linkedRun();
    expect(await checkpointNames(folder(run))).toEqual([NAME]);
    const latest = await latestCheckpoint(folder(run));
    expect(essence(latest!.checkpoint)).toEqual(essence(sampleCheckpoint(100)));
  });

  it('is replaced, and its target stays unchanged', async () => {
    const { run, target } = await linkedRun();
    const before = filesOf(target);
    await writeCheckpoint(folder(run), sampleCheckpoint(100, 1));
    expect(filesOf(target)).toEqual(before);
    expect(readdirSync(run)).toEqual([NAME]);
    const latest = await latestCheckpoint(folder(run));
    expect(essence(latest!.checkpoint)).toEqual(essence(sampleCheckpoint(100, 1)));
  });

  it('is removed, and its target stays unchanged', async () => {
    const { run, target } = await linkedRun();
    const before = filesOf(target);
    await folder(run).remove(NAME);
    expect(filesOf(target)).toEqual(before);
    expect(readdirSync(run)).toEqual([]);
  });
});

describe('a link in a checkpoint', () => {
  it('is removed with the checkpoint, and its target stays unchanged', async () => {
    const { run, target } = await linkedRun();
    const before = filesOf(target);
    await writeCheckpoint(folder(run), sampleCheckpoint(200));
    symlinkSync(target, join(run, 'step-00000200', 'extra'));
    await folder(run).remove('step-00000200');
    expect(filesOf(target)).toEqual(before);
    expect(readdirSync(run)).toEqual([NAME]);
  });
});

describe('a link in the remains of a writer', () => {
  it('is removed with them, also when it points to itself', async () => {
    const { run } = await linkedRun();
    const left = join(run, '.writing-step-00000001.1.elsewhere.00000004');
    mkdirSync(left);
    symlinkSync('loop', join(left, 'loop'));
    for (const path of [join(left, 'loop'), left]) lutimesSync(path, 1, 1);
    await writeCheckpoint(folder(run), sampleCheckpoint(200));
    expect(readdirSync(run)).toEqual([NAME, 'step-00000200']);
  });
});

describe('a link to a missing path', () => {
  it.each([
    ['to what is not there', 'elsewhere'],
    ['to itself', 'step-00000300'],
  ])('%s does not count as a checkpoint', async (_, target) => {
    const { run } = await linkedRun();
    symlinkSync(target, join(run, 'step-00000300'));
    expect(await checkpointNames(folder(run))).toEqual([NAME]);
  });

  it('is reported when a checkpoint needs its name', async () => {
    const { run } = await linkedRun();
    symlinkSync('step-00000300', join(run, 'step-00000300'));
    await expect(writeCheckpoint(folder(run), sampleCheckpoint(300))).rejects.toThrow(
      "checkpoint 'step-00000300' could not be written: a link leads to itself: ELOOP",
    );
  });
});
