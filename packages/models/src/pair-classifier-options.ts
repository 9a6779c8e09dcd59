import { kind } from '@unroll/backend/checks';
import type { Encoder } from '@unroll/seq2seq';
import { encoderKind } from '@unroll/seq2seq/checks';
import { type PoolingChoice, poolingKind } from './pooling/pooling-choice.ts';
import { lengthsKind } from './source-lengths.ts';

export interface PairClassifierOptions {
  /** Reads both sources */
  encoder: Encoder;
  /** C, the number of classes */
  numClasses: number;
  /** H, the size of the hidden layer that compares the two */
  hiddenSize: number;
  /** How each source becomes a vector: see `SequenceClassifier`. Default 'max'. */
  pooling?: PoolingChoice | undefined;
  /**
   * Whether each step of a source is first compared with the steps of the other source that it attends to: Parikh et al.
   * (2016), Chen et al. (2017). Then `pooling` must not be 'last'. Default false.
   */
  alignment?: boolean | undefined;
  /** Probability of zeroing, in training, an element before each linear layer. Default 0. */
  dropout?: number | undefined;
}

export interface PairOptions {
  /** Number of steps of each first source; by default all steps of the tensor */
  firstLengths?: readonly number[] | undefined;
  /** Number of steps of each second source; by default all steps of the tensor */
  secondLengths?: readonly number[] | undefined;
}

export interface PairLossOptions extends PairOptions {
  /** ε in [0, 1]: the part of each target that is spread evenly over all classes. Default 0. */
  labelSmoothing?: number | undefined;
}

export const classifierKinds = {
  encoder: kind.required(encoderKind),
  numClasses: kind.required(kind.whole(1)),
  hiddenSize: kind.required(kind.whole(1)),
  pooling: poolingKind,
  alignment: kind.flag,
  dropout: kind.probability,
};

export const pairKinds = { firstLengths: lengthsKind, secondLengths: lengthsKind };
export const lossKinds = { ...pairKinds, labelSmoothing: kind.inside('[0, 1]') };
