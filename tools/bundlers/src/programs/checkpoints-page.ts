import { type StoredTensor, writeSafetensors } from '@unroll/safetensors';
import {
  checkpointNames,
  folder,
  latestCheckpoint,
  opfs,
  removeUnkept,
  writeCheckpoint,
} from '@unroll/train';

/** The page's results, for the program that drives it. */
export interface CheckpointReport {
  /** The checkpoints of an earlier page */
  before: string[];
  /** The newest of them: its step, its state, and the bits of a tensor's floats */
  latest: { step: number; state: unknown; bits: number[] } | undefined;
  /** The remaining checkpoints */
  after: string[];
  /** The error of `folder` */
  folder: string;
}

/** A NaN with a payload, −0 and the smallest float. */
const bits = [0x7fc0_1234, 0x8000_0000, 1];

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function refusalOf(run: () => unknown): string {
  try {
    run();
    return '';
  } catch (error) {
    return messageOf(error);
  }
}

/** Reads the checkpoints of the page before. Without any it writes two, otherwise it keeps the last. */
async function run(): Promise<CheckpointReport> {
  const store = opfs('runs/page');
  const before = await checkpointNames(store);
  const latest = await latestCheckpoint(store);
  const data = new Float32Array(new Uint32Array(bits).buffer);
  const floats: StoredTensor = { dtype: 'F32', shape: [data.length], data };
  if (before.length === 0) {
    for (const [step, mark] of [
      [100, 1],
      [200, 1],
      [200, 2],
    ] as const) {
      const weights = writeSafetensors({ floats });
      const state = { mark, best: Number.NEGATIVE_INFINITY };
      await writeCheckpoint(store, {
        step,
        epoch: 0,
        weights,
        tensors: new Map([['floats', floats]]),
        state,
      });
    }
  } else await removeUnkept(store, { last: 1 });
  const read = latest?.checkpoint.tensors.get('floats')?.data;
  return {
    before,
    latest: latest && {
      step: latest.checkpoint.step,
      state: latest.checkpoint.state,
      bits: read ? [...new Uint32Array(read.buffer, read.byteOffset, read.length)] : [],
    },
    after: await checkpointNames(store),
    folder: refusalOf(() => folder('runs')),
  };
}

Object.assign(globalThis, { report: run() });
