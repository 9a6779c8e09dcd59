import { kind, type OptionKinds } from '@unroll/backend/checks';
import type { CtcBeamSearchOptions, Encoder } from '@unroll/seq2seq';
import { encoderKind } from '@unroll/seq2seq/checks';
import { type LengthOptions, lengthKinds } from './source-lengths.ts';

export interface CtcRecognizerOptions {
  /** Reads the sources, such as a `FeatureEncoder` of frames */
  encoder: Encoder;
  /** V, the number of classes: the tokens and the blank */
  numClasses: number;
  /** The class that means "no token". Default 0. */
  blank?: number | undefined;
  /** Probability of zeroing, in training, an element of the encoder's output. Default 0. */
  dropout?: number | undefined;
}

export interface RecognitionLossOptions extends LengthOptions {
  /** Number of tokens of each target; by default all of the tensor */
  targetLengths?: readonly number[] | undefined;
  /** Whether sources that are too short for their target count as 0 instead of ∞. Default false. */
  zeroInfinity?: boolean | undefined;
}

/** Options of a recognition: those of `ctcBeamSearch`. Without `beamSize` there is no beam, but the best path. */
export interface RecognitionOptions
  extends LengthOptions,
    Partial<Omit<CtcBeamSearchOptions, 'vocabularySize' | 'blank' | 'lengths'>> {}

export const recognizerKinds = {
  encoder: kind.required(encoderKind),
  numClasses: kind.required(kind.whole(1)),
  blank: kind.whole(0),
  dropout: kind.probability,
};

export const lossKinds = {
  ...lengthKinds,
  targetLengths: kind.listOf(kind.whole(0)),
  zeroInfinity: kind.flag,
};
export const recognitionKinds: OptionKinds<RecognitionOptions> = {
  ...lengthKinds,
  beamSize: kind.whole(1),
  nBest: kind.whole(1),
  scorer: kind.func,
  scorerWeight: kind.atLeast(0),
  insertionBonus: kind.finite,
};
