import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * A function's recorded computation, which can run again with other arguments and with the variables' current values.
 */
export interface Capture {
  /** The results in their containers, with a `Place` instead of each tensor */
  readonly template: unknown;
  /**
   * Whether the function uploaded the same data as in its rehearsal. A function that uploads different numbers in each
   * call cannot be replayed.
   */
  readonly isPure: boolean;
  /** Whether the host state and the variables that it uses are unchanged. */
  isValid(): boolean;
  /** The results of the captured call itself */
  first(args: readonly Tensor[]): Tensor[];
  /**
   * The results for other arguments. Undefined, without any effect, if the function would compute something else now.
   */
  replay(args: readonly Tensor[]): Tensor[] | undefined;
  dispose(): void;
}

/** A call that ran normally, before a call like it is captured. */
export interface Rehearsal<Result> {
  readonly result: Result;
  /** Whether the host state is unchanged. */
  isUnchanged(): boolean;
  /** The data that the call uploaded, for comparison with later calls */
  readonly uploads: readonly string[];
}

/** A TensorFlow.js backend that can capture functions. */
export interface CapturingBackend {
  /** Whether a function is being rehearsed or captured. Functions that it calls are then part of it. */
  readonly isObserving: boolean;
  rehearse<Result>(f: () => Result): Rehearsal<Result>;
  /**
   * Calls the function with tensors that stand for the given ones, to record its computation.
   *
   * @throws if the function cannot be replayed because it reads, creates or disposes variables, or needs the host
   */
  capture(
    f: (args: readonly Tensor[]) => unknown,
    args: readonly Tensor[],
    uploads: readonly string[],
  ): Capture;
}

/** Stands for the result with this number. */
export class Place {
  readonly result: number;

  constructor(result: number) {
    this.result = result;
  }
}
