import { kind } from '@unroll/backend/checks';
import type { Encoder } from '@unroll/seq2seq';
import { encoderKind } from '@unroll/seq2seq/checks';
import { type LengthOptions, lengthKinds } from './source-lengths.ts';

export interface SequenceTaggerOptions {
  /** Reads the sources */
  encoder: Encoder;
  /** K, the number of tags */
  numTags: number;
  /** Probability of zeroing, in training, an element of the encoder's output. Default 0. */
  dropout?: number | undefined;
  /**
   * Whether a conditional random field scores a row's tags together, so that a tag depends on its neighbours: Huang et
   * al. (2015), Lample et al. (2016). Default false.
   */
  crf?: boolean | undefined;
}

export interface TaggingLossOptions extends LengthOptions {
  /** ε in [0, 1]: the part of each target that is spread evenly over all tags. Default 0; not with a `crf`. */
  labelSmoothing?: number | undefined;
}

export const taggerKinds = {
  encoder: kind.required(encoderKind),
  numTags: kind.required(kind.whole(1)),
  dropout: kind.probability,
  crf: kind.flag,
};

export const lossKinds = { ...lengthKinds, labelSmoothing: kind.inside('[0, 1]') };
