import { div, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '@unroll/nn';
import type { Memory } from '@unroll/seq2seq';
import type { EncoderSizes, Pooling } from './pooling.ts';

/** The mean of a source's encoded steps. */
export class MeanPooling extends Module implements Pooling {
  readonly outputSize: number;

  constructor({ outputSize }: EncoderSizes) {
    super();
    this.outputSize = outputSize;
  }

  forward({ values, lengths }: Memory): Tensor2D {
    return tidyResult(() => {
      const counts = tensor2d(Float32Array.from(lengths), [lengths.length, 1]);
      return div(sum(values, 1), counts) as Tensor2D; // values are 0 past a source's end
    });
  }
}
