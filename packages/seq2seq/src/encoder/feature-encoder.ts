import {
  pad,
  reshape,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tensor1d,
  transpose,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkFeatures, checkOptions, checkRank, checkSteps, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult, zeroPadding } from '@unroll/backend/operations';
import { Dropout, Module } from '@unroll/nn';
import { layerKind } from '../module-kinds.ts';
import type { SequenceLayer, StateSizes } from '../sequence-layer.ts';
import { stateSizesOf } from '../state-sizes.ts';
import { checkLengths } from './check-lengths.ts';
import { encodeSequence } from './encode-sequence.ts';
import type { Encoder } from './encoder.ts';
import type { Memory } from './memory.ts';

export interface FeatureEncoderOptions {
  /**
   * The layer that reads the frames: an `RNN`, `LSTM` or `GRU`, optionally stacked and bidirectional. Its `inputSize`
   * is `stack` times the features of a frame.
   */
  rnn: SequenceLayer;
  /** The number of adjacent frames that are joined to one step. Default 1. */
  stack?: number | undefined;
  /** Probability of zeroing, in training, an element of the frames. Default 0. */
  dropout?: number | undefined;
}

const kinds = {
  rnn: kind.required(layerKind),
  stack: kind.whole(1),
  dropout: kind.probability,
};

/**
 * A recurrent layer over frames of features: speech, sensors, movements. `stack` adjacent frames become one step of
 * `stack · F` features, so that a source of S frames becomes a memory of ⌈S / stack⌉ steps (Sak et al., "Fast and
 * Accurate Recurrent Neural Network Acoustic Models for Speech Recognition", 2015). Zeros fill the last step of a
 * source. State dict keys: the layer's under `rnn.`.
 *
 * @example
 * const encoder = new FeatureEncoder({ rnn: new nn.LSTM({ inputSize: 3 * 40, hiddenSize: 256, bidirectional: true }), stack: 3 });
 * const memory = encoder.forward(tf.randomNormal([2, 100, 40]), [100, 71]); // values [2, 34, 512], lengths [34, 24]
 */
export class FeatureEncoder extends Module implements Encoder {
  readonly rnn: SequenceLayer;
  readonly stack: number;
  readonly dropout: Dropout;

  /** @throws when an option is invalid, or the layer's `inputSize` is not a multiple of `stack` */
  constructor(options: FeatureEncoderOptions) {
    super();
    const { rnn, stack = 1, dropout = 0 } = checkOptions('FeatureEncoder', options, kinds);
    if (rnn.inputSize % stack !== 0) {
      const fault = `has inputSize ${rnn.inputSize}; expected a multiple of stack, ${stack}`;
      throw new ArgumentError('FeatureEncoder', 'rnn', fault);
    }
    this.rnn = rnn;
    this.stack = stack;
    this.dropout = new Dropout({ p: dropout });
  }

  /** F, the features of a frame */
  get inputSize(): number {
    return this.rnn.inputSize / this.stack;
  }

  get outputSize(): number {
    return this.rnn.numDirections * this.rnn.outputSize;
  }

  get stateSizes(): StateSizes {
    return stateSizesOf(this.rnn);
  }

  override extraRepr(): string {
    return `inputSize=${this.inputSize}, stack=${this.stack}`;
  }

  /**
   * @param source float32 `[N, S, F]` of frames
   * @param lengths number of frames of each source, in 1…S. Frames past a source's length are not read. Default: S
   *   each. The memory has ⌈length / stack⌉ steps of a source, and is as long as the longest source.
   * @throws when the source is not a float32 tensor of three axes with at least one frame of F features, or a length
   *   is out of range
   */
  forward(source: Tensor, lengths?: readonly number[]): Memory {
    checkDtype('FeatureEncoder.forward', 'source', source, 'float32');
    checkRank('FeatureEncoder.forward', 'source', source, 3, ', [N, S, F]');
    checkFeatures('FeatureEncoder.forward', 'source', source, 'inputSize', this.inputSize);
    checkSteps('FeatureEncoder.forward', 'source', source, 1);
    const [rows, steps] = source.shape as [number, number, number];
    checkLengths('FeatureEncoder.forward', lengths, rows, steps);
    return tidyResult(() => {
      const frames = transpose(source as Tensor3D, [1, 0, 2]); // [S, N, F]
      const joined = this.dropout.forward(this.#joined(frames, lengths)); // [⌈S / stack⌉, N, stack · F]
      return encodeSequence(
        this.rnn,
        joined,
        lengths?.map((length) => Math.ceil(length / this.stack)),
      );
    });
  }

  /** @param frames `[S, N, F]` */
  #joined(frames: Tensor3D, lengths: readonly number[] | undefined): Tensor3D {
    const { stack } = this;
    if (stack === 1) return frames;
    const [steps, rows, features] = frames.shape;
    const cutsStep = lengths?.some((length) => length < steps && length % stack !== 0);
    const read = cutsStep ? zeroPadding(frames, tensor1d([...lengths!], 'int32')) : frames;
    const joinedSteps = Math.ceil(steps / stack);
    const missing = joinedSteps * stack - steps;
    const filled =
      missing === 0
        ? read
        : pad(read, [
            [0, missing],
            [0, 0],
            [0, 0],
          ]);
    const groups = reshape(filled, [joinedSteps, stack, rows, features]) as Tensor4D;
    return reshape(transpose(groups, [0, 2, 1, 3]), [joinedSteps, rows, stack * features]) as Tensor3D;
  }
}
