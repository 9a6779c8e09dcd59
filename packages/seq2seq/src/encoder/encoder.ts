import type { Tensor } from '@tensorflow/tfjs-core';
import type { Module } from '@unroll/nn';
import type { StateSizes } from '../sequence-layer.ts';
import type { Memory } from './memory.ts';

/** Reads sources: tokens, vectors, or whatever else its `forward` takes. */
export interface Encoder extends Module {
  /** E, features of the memory's values */
  readonly outputSize: number;
  /** The shapes of the memory's states */
  readonly stateSizes: StateSizes;
  /**
   * @param source its first axis is the batch
   * @param lengths steps of each source; absent: all that there are
   */
  forward(source: Tensor, lengths?: readonly number[]): Memory;
}
