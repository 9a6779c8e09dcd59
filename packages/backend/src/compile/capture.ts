import type { Tensor } from '@tensorflow/tfjs-core';

/** What a function computed, to be computed again from other arguments, and from variables as they are then. */
export interface Capture {
  /** The results in their containers, with a `Place` for each tensor */
  readonly template: unknown;
  /** Whether the function uploaded what it uploaded in its rehearsal: numbers that differ from call to call cannot be replayed. */
  readonly isPure: boolean;
  /** Whether the host state and the variables that it uses are as they were. */
  isValid(): boolean;
  /** The results of the call that was captured itself */
  first(args: readonly Tensor[]): Tensor[];
  /** The results for other arguments; undefined, and nothing done, where the function would compute something else now. */
  replay(args: readonly Tensor[]): Tensor[] | undefined;
  dispose(): void;
}

/** A call that ran as it is, before one like it is captured. */
export interface Rehearsal<Result> {
  readonly result: Result;
  /** Whether host state is as it was. */
  isUnchanged(): boolean;
  /** What it uploaded, to compare with */
  readonly uploads: readonly string[];
}

/** A TensorFlow.js backend that can capture functions. */
export interface CapturingBackend {
  /** Whether a function is being rehearsed or captured: those that it calls are part of it. */
  readonly isObserving: boolean;
  rehearse<Result>(f: () => Result): Rehearsal<Result>;
  /**
   * Calls the function with tensors in the place of those given, to see what it computes.
   *
   * @throws where what it does cannot be replayed: it reads, creates or disposes variables, or needs the host
   */
  capture(
    f: (args: readonly Tensor[]) => unknown,
    args: readonly Tensor[],
    uploads: readonly string[],
  ): Capture;
}

/** Stands for the result of its number. */
export class Place {
  readonly result: number;

  constructor(result: number) {
    this.result = result;
  }
}
