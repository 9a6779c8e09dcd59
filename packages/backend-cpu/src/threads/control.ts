import { ControlWord } from '../generated/shared.ts';

/*
 * The words of shared memory through which a job is handed to threads. Their addresses lie below the module's constants
 * (`--memoryBase` in scripts/build-wasm.mjs). `thread-program.ts` gets these numbers, so that they are written down once.
 */

/** Places of words in an Int32Array over the memory. */
export const control = {
  /** Counts jobs; threads sleep on it. */
  epoch: 0,
  /** 1 while a job may be joined. While it is 0 and all threads are idle, the description may be written. */
  open: 1,
  /** The next item that nobody has taken */
  next: 2,
  /** The job's number of items, and how many to take at a time */
  items: 3,
  grain: 4,
  /** The function's place among `kernelNames`, and the number of its arguments before the range */
  kernel: 5,
  argumentCount: 6,
  /** Grows while work goes on; kernels add to it too. */
  heartbeat: ControlWord.heartbeat,
  /** The first thread's state; each has a cache line of its own. */
  firstState: 32,
  statesApart: 16,
} as const;

/** States of a thread. */
export const threadState = { idle: 0, working: 1, dead: 2 } as const;

/** Byte address of the arguments, as doubles: every WebAssembly number but i64 fits. */
export const ARGUMENTS = 8192;

export const MAX_ARGUMENTS = 64;

/** As many as have room for their state before `ARGUMENTS`, the calling thread not counted. */
export const MAX_THREADS = 64;

export const stateOf = (thread: number): number => control.firstState + thread * control.statesApart;
