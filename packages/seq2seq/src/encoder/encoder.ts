import type { Tensor } from '@tensorflow/tfjs-core';
import type { Module } from '@unroll/nn';
import type { StateSizes } from '../sequence-layer.ts';
import type { Memory } from './memory.ts';

/** Reads sources: tokens, vectors, or any other input that its `forward` takes. */
export interface Encoder extends Module {
  /** E, the size of the memory's values */
  readonly outputSize: number;
  /** The shapes of the memory's states */
  readonly stateSizes: StateSizes;
  /**
   * @param source the first axis is the batch
   * @param lengths number of steps of each source; by default all steps of the tensor
   */
  forward(source: Tensor, lengths?: readonly number[]): Memory;
}
