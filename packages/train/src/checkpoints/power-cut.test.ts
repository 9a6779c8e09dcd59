import { describe, expect, it } from 'vitest';
import { type Cut, ModelDisk, type Step } from '../../test/model-disk.ts';
import { randomFrom } from '../../test/random.ts';
import { RecordedDisk } from '../../test/recorded-disk.ts';
import { essence, sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import {
  checkpointNames,
  latestCheckpoint,
  readCheckpoint,
  removeUnkept,
  writeCheckpoint,
} from '../index.ts';

/** The disk steps of a run, and for each checkpoint the number of steps after which it was written. */
interface Recording {
  readonly steps: readonly Step[];
  readonly written: readonly { readonly after: number; readonly content: object }[];
}

/** Writes checkpoints and keeps the last two. A process ends where `lives` says so, and the next one continues. */
async function record(...writes: { step: number; mark?: number; lives?: number }[]): Promise<Recording> {
  const disk = new RecordedDisk();
  const written: { after: number; content: object }[] = [];
  let store = disk.store();
  for (const { step, mark = 0, lives } of writes) {
    const content = sampleCheckpoint(step, mark);
    if (lives === undefined) {
      const name = await writeCheckpoint(store, content);
      written.push({ after: disk.steps.length, content: essence(content) });
      await removeUnkept(store, { last: 2 }, name);
    } else {
      const ended = new Error('the process has ended');
      const dying = disk.store((done) => (done < lives ? undefined : ended));
      await expect(writeCheckpoint(dying, content)).rejects.toThrow(ended.message);
      written.push({ after: Number.POSITIVE_INFINITY, content: essence(content) });
      store = disk.store();
    }
  }
  return { steps: disk.steps, written };
}

const recordings: Record<string, () => Promise<Recording>> = {
  'a run that keeps two checkpoints': () => record(...[10, 20, 30, 40].map((step) => ({ step }))),
  'a run that writes a checkpoint anew': () =>
    record({ step: 10 }, { step: 10, mark: 1 }, { step: 20 }, { step: 20, mark: 1 }),
  'a run after one that ended when it had made a folder around its own': () =>
    record({ step: 10, lives: 1 }, { step: 20 }),
  'a run after one that ended when it had made its folder': () =>
    record({ step: 10, lives: 3 }, { step: 20 }),
  'a run after one that ended when it had replaced a checkpoint, in its process alone': () =>
    record({ step: 10 }, { step: 10, mark: 1, lives: 17 }, { step: 20 }),
};

const half = (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2);
const zeros = (bytes: Uint8Array) => new Uint8Array(bytes.length);
const everything: Cut = { keeps: () => true, bytes: ({ bytes }) => bytes };
const cuts: Record<string, Cut> = {
  'all that was not synced is gone': { keeps: () => false, bytes: ({ durable }) => durable },
  'names reached the disk, bytes did not': { ...everything, bytes: ({ durable }) => durable },
  'names reached the disk, and half of the bytes': { ...everything, bytes: ({ bytes }) => half(bytes) },
  'names reached the disk, and lengths without bytes': { ...everything, bytes: ({ bytes }) => zeros(bytes) },
  'all reached the disk': everything,
};

function randomCut(seed: number): Cut {
  const random = randomFrom(seed);
  return {
    keeps: () => random.below(2) === 1,
    bytes: (file) => random.one([file.bytes, file.durable, half(file.bytes), zeros(file.bytes)]),
  };
}

/** The fault of a disk after a power cut that follows `done` steps; undefined when there is none. */
async function faultOf(disk: ModelDisk, done: number, { written }: Recording): Promise<string | undefined> {
  const store = new RecordedDisk(disk).store();
  const least = written.findLastIndex(({ after }) => after <= done);
  try {
    const latest = await latestCheckpoint(store);
    if (!latest) return least < 0 ? undefined : 'there is no checkpoint';
    if (latest.damaged.length > 0) return `there is a damaged one: ${latest.damaged[0]?.reason}`;
    const found = JSON.stringify(essence(latest.checkpoint));
    const at = written.findLastIndex(({ content }) => JSON.stringify(content) === found);
    if (at < 0) return `${latest.checkpoint.name} is none that was written`;
    if (at < least) return `${latest.checkpoint.name} is older than the last one written`;
    for (const name of await checkpointNames(store)) await readCheckpoint(store, name);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

describe.each(Object.keys(recordings))('%s', (name) => {
  it('has its last checkpoint, and no damaged one, whenever the power is cut', async () => {
    const recording = await recordings[name]!();
    const { steps } = recording;
    for (let done = 0; done <= steps.length; done++) {
      const disk = ModelDisk.after(steps.slice(0, done));
      for (const [left, cut] of Object.entries(cuts)) {
        const fault = await faultOf(disk.afterCut(cut), done, recording);
        expect(fault, `cut after step ${done}; ${left}`).toBeUndefined();
      }
      for (let seed = 0; seed < 10; seed++) {
        const fault = await faultOf(disk.afterCut(randomCut(100 * done + seed)), done, recording);
        expect(fault, `cut after step ${done}; random remains ${seed}`).toBeUndefined();
      }
    }
  });

  it('would lose something without any single fsync that had something to sync', async () => {
    const recording = await recordings[name]!();
    const { steps } = recording;
    const syncs = steps.flatMap(({ type, path }, at) => {
      const isSync = type === 'sync' || type === 'syncFolder';
      return isSync && !ModelDisk.after(steps.slice(0, at)).isSynced(path) ? [at] : [];
    });
    expect(syncs.length).toBeGreaterThan(6);
    for (const left of syncs) {
      const isSafe = await isSafeWithout(left, recording);
      expect(isSafe, `without step ${left}, ${steps[left]!.type} ${steps[left]!.path}`).toBe(false);
    }
  });

  it('continues after a cut, and leaves no remains', async () => {
    const { steps } = await recordings[name]!();
    for (let done = 0; done <= steps.length; done++) {
      for (const cut of Object.values(cuts)) {
        const disk = ModelDisk.after(steps.slice(0, done)).afterCut(cut);
        const store = new RecordedDisk(disk).store();
        await writeCheckpoint(store, sampleCheckpoint(50));
        await removeUnkept(store, { last: 1 });
        expect(disk.list('/runs/names')).toEqual([{ name: 'step-00000050', isFolder: true }]);
      }
    }
  });
});

/** Whether no power cut would lose anything if one step had been left out. */
async function isSafeWithout(left: number, recording: Recording): Promise<boolean> {
  const { steps } = recording;
  for (let done = left + 1; done <= steps.length; done++) {
    const disk = ModelDisk.after(steps.slice(0, done).toSpliced(left, 1));
    for (const cut of Object.values(cuts)) {
      if (await faultOf(disk.afterCut(cut), done, recording)) return false;
    }
    for (let seed = 0; seed < 4; seed++) {
      if (await faultOf(disk.afterCut(randomCut(seed)), done, recording)) return false;
    }
  }
  return true;
}
