import { concat, slice, squeeze, type Tensor2D, unstack } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '@unroll/nn';
import type { Memory } from '@unroll/seq2seq';
import type { EncoderSizes, Pooling } from './pooling.ts';

/** The last hidden states of the encoder's last layer, of all directions side by side. */
export class LastState extends Module implements Pooling {
  readonly outputSize: number;

  constructor({ stateSizes }: EncoderSizes) {
    super();
    this.outputSize = stateSizes.directions * stateSizes.features[0]!;
  }

  forward({ states: [hidden], directions }: Memory): Tensor2D {
    return tidyResult(() => {
      const [all, rows, features] = hidden!.shape;
      const last = slice(hidden!, [all - directions, 0, 0], [directions, rows, features]); // [D, N, H]
      if (directions === 1) return squeeze(last, [0]) as Tensor2D;
      return concat(unstack(last) as Tensor2D[], 1);
    });
  }
}
