import { ControlWord } from '../generated/shared.ts';

/*
 * The words of shared memory that pass a job to threads. Their addresses are below the module's constants
 * (`--memoryBase` in scripts/build-wasm.mjs). `thread-program.ts` gets these numbers as arguments, so that only this
 * file defines them.
 */

/** Positions of words in an Int32Array over the memory. */
export const control = {
  /** Counts jobs; threads sleep on it. */
  epoch: 0,
  /** 1 while threads may join a job. While it is 0 and all threads are idle, the description may be written. */
  open: 1,
  /** The next item that no thread has taken */
  next: 2,
  /** The job's number of items, and the number of items to take at a time */
  items: 3,
  grain: 4,
  /** The function's index in `kernelNames`, and the number of its arguments before the range */
  kernel: 5,
  argumentCount: 6,
  /** Increases while work goes on; kernels increase it too. */
  heartbeat: ControlWord.heartbeat,
  /** The first thread's state; each state has its own cache line. */
  firstState: 32,
  statesApart: 16,
} as const;

/** States of a thread. */
export const threadState = { idle: 0, working: 1, dead: 2 } as const;

/** Byte address of the arguments, as doubles: every WebAssembly number type but i64 fits. */
export const ARGUMENTS = 8192;

export const MAX_ARGUMENTS = 64;

/** The number of threads, without the calling one, whose states fit before `ARGUMENTS`. */
export const MAX_THREADS = 64;

export const stateOf = (thread: number): number => control.firstState + thread * control.statesApart;
