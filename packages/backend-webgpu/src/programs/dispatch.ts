import type { TensorInfo } from '@tensorflow/tfjs-core';

export type Params = Readonly<Record<string, number>>;

/** Where a tensor lies in GPU memory */
export interface Slice {
  readonly buffer: GPUBuffer;
  /** In bytes, as `size` */
  readonly offset: number;
  readonly size: number;
}

/** A call of a program. */
export interface Dispatch {
  /** By the names of the program's buffers; a buffer itself is bound whole. */
  readonly buffers: Readonly<Record<string, TensorInfo | GPUBuffer | undefined>>;
  /** One for each call, where the program takes several */
  readonly params?: Params | readonly Params[];
  /** On up to three axes; 0 on any of them means that there is nothing to do. */
  readonly workgroups: readonly number[];
  /** Of a stepped program: how many dispatches, numbered from 0 unless `firstStep` says otherwise */
  readonly steps?: number;
  readonly firstStep?: number;
}
