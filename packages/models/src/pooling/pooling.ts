import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Module } from '@unroll/nn';
import type { Encoder, Memory } from '@unroll/seq2seq';

/** The sizes of an encoder's output, from which a pooling takes its own. */
export type EncoderSizes = Pick<Encoder, 'outputSize' | 'stateSizes'>;

/** Makes one vector of each encoded source. */
export interface Pooling extends Module {
  /** Size of each vector */
  readonly outputSize: number;
  /** @returns `[N, outputSize]`, which does not depend on the padding of a source */
  forward(memory: Memory): Tensor2D;
}
