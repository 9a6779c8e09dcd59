import { add, expandDims, log, max, type Tensor2D } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '@unroll/nn';
import type { Memory } from '@unroll/seq2seq';
import type { EncoderSizes, Pooling } from './pooling.ts';

/** The greatest value of each feature over a source's encoded steps. Conneau et al. (2017). */
export class MaxPooling extends Module implements Pooling {
  readonly outputSize: number;

  constructor({ outputSize }: EncoderSizes) {
    super();
    this.outputSize = outputSize;
  }

  forward({ values, mask }: Memory): Tensor2D {
    // Padding becomes −∞.
    return tidyResult(() => max(mask ? add(values, expandDims(log(mask), 2)) : values, 1) as Tensor2D);
  }
}
