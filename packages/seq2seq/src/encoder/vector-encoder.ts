import { expandDims, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkDtype, checkFeatures, checkOptions, checkRank, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '@unroll/nn';
import type { StateSizes } from '../sequence-layer.ts';
import type { Encoder } from './encoder.ts';
import type { Memory } from './memory.ts';

export interface VectorEncoderOptions {
  /** Size of each vector */
  inputSize: number;
}

const kinds = { inputSize: kind.required(kind.whole(1)) };

/**
 * One to many: a decoder begins with a vector, such as an image's features. The vector is the memory's only state and
 * its only step. A `DenseBridge` makes the decoder's states from it. Vinyals et al., "Show and tell" (2015).
 */
export class VectorEncoder extends Module implements Encoder {
  readonly inputSize: number;

  constructor(options: VectorEncoderOptions) {
    super();
    this.inputSize = checkOptions('VectorEncoder', options, kinds).inputSize;
  }

  get outputSize(): number {
    return this.inputSize;
  }

  get stateSizes(): StateSizes {
    return { layers: 1, directions: 1, features: [this.inputSize] };
  }

  /**
   * @param source float32 `[N, inputSize]`
   * @param lengths must be absent: a vector has one step
   */
  forward(source: Tensor, lengths?: readonly number[]): Memory {
    checkDtype('VectorEncoder.forward', 'source', source, 'float32');
    checkRank('VectorEncoder.forward', 'source', source, 2, ', [N, inputSize]');
    checkFeatures('VectorEncoder.forward', 'source', source, 'inputSize', this.inputSize);
    if (lengths)
      throw new ArgumentError('VectorEncoder.forward', 'lengths', 'is given; a vector has no length');
    const [rows] = source.shape as [number, number];
    return tidyResult(() => ({
      values: expandDims(source as Tensor2D, 1),
      lengths: new Array<number>(rows).fill(1),
      states: [expandDims(source as Tensor2D, 0)],
      directions: 1,
    }));
  }
}
