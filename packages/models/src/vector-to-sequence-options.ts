import { kind, type OptionKinds } from '@unroll/backend/checks';
import type { UnaryModule } from '@unroll/nn';
import type { BeamSearchOptions, Decoder, Seq2SeqOptions } from '@unroll/seq2seq';
import { decoderKind, moduleDoing } from '@unroll/seq2seq/checks';

export interface VectorToSequenceOptions
  extends Pick<Seq2SeqOptions, 'startToken' | 'endToken' | 'paddingToken'> {
  /**
   * Makes a vector of each input, such as convolutions from images `[N, C, H, W]` to `[N, vectorSize]`. Default: the
   * inputs are vectors.
   */
  features?: UnaryModule | undefined;
  /** F, the size of each vector */
  vectorSize: number;
  /** Generates the tokens, such as a `RecurrentDecoder` without attention */
  decoder: Decoder;
}

export interface SequenceLossOptions {
  /** ε in [0, 1]: the part of each target that is spread evenly over all tokens. Default 0. */
  labelSmoothing?: number | undefined;
}

type SearchNames =
  | 'beamSize'
  | 'nBest'
  | 'lengthPenalty'
  | 'earlyStopping'
  | 'maxLength'
  | 'minLength'
  | 'bannedTokens'
  | 'noRepeatNgramSize';

/** Options of a prediction: those of `beamSearch`. Without `beamSize` the search is greedy. */
export type SequencePredictionOptions = Partial<Pick<BeamSearchOptions, SearchNames>>;

/** The options that a greedy search does not have */
export const beamOptions = ['nBest', 'lengthPenalty', 'earlyStopping'] as const;

export const vectorToSequenceKinds = {
  features: moduleDoing('a module with forward', 'forward'),
  vectorSize: kind.required(kind.whole(1)),
  decoder: kind.required(decoderKind),
  startToken: kind.required(kind.whole(0)),
  endToken: kind.required(kind.whole(0)),
  paddingToken: kind.required(kind.whole(0)),
};
export const lossKinds = { labelSmoothing: kind.inside('[0, 1]') };
export const predictionKinds: OptionKinds<SequencePredictionOptions> = {
  beamSize: kind.whole(1),
  nBest: kind.whole(1),
  lengthPenalty: kind.record,
  earlyStopping: kind.flag,
  maxLength: kind.whole(0),
  minLength: kind.whole(0),
  bannedTokens: kind.listOf(kind.whole(0)),
  noRepeatNgramSize: kind.whole(1),
};
