import type { TensorInfo } from '@tensorflow/tfjs-core';

export type Params = Readonly<Record<string, number>>;

/** The place of a tensor in GPU memory */
export interface Slice {
  readonly buffer: GPUBuffer;
  /** In bytes, like `size` */
  readonly offset: number;
  readonly size: number;
}

/** A call of a program. */
export interface Dispatch {
  /** By the names of the program's buffers; a `GPUBuffer` is bound whole. */
  readonly buffers: Readonly<Record<string, TensorInfo | GPUBuffer | undefined>>;
  /** One set of parameters for each call, if the program processes several calls */
  readonly params?: Params | readonly Params[];
  /** On up to three axes; if one of them is 0, nothing is dispatched. */
  readonly workgroups: readonly number[];
  /** For a stepped program: the number of dispatches, numbered from `firstStep` (default 0) */
  readonly steps?: number;
  readonly firstStep?: number;
}
