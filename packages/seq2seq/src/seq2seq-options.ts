import type { Tensor } from '@tensorflow/tfjs-core';
import { checkDtype, checkIndices, checkRank, checkValue, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Decoder } from './decoder/decoder.ts';
import type { Bridge } from './encoder/bridge.ts';
import type { Encoder } from './encoder/encoder.ts';
import { decoderKind, encoderKind, moduleDoing } from './module-kinds.ts';
import type { BeamSearchOptions } from './search/beam.ts';
import type { DrawOptions } from './search/sampling.ts';
import type { SearchOptions } from './search/search-options.ts';

export interface Seq2SeqOptions {
  encoder: Encoder;
  decoder: Decoder;
  /**
   * How the decoder's initial states come from the encoder's last states: 'none' hands them on unchanged, 'zero' begins
   * with zeros, 'dense' uses a `DenseBridge`; or give your own bridge. Default 'none'.
   */
  bridge?: 'none' | 'zero' | 'dense' | Bridge | undefined;
  /** The token that every target begins with; it may be the end token. */
  startToken: number;
  /** The token that every target ends with */
  endToken: number;
  /** Fills targets up to the length of the longest. It must differ from the end token, which counts in the loss. */
  paddingToken: number;
}

type SpecialTokens = Pick<Seq2SeqOptions, 'startToken' | 'endToken' | 'paddingToken'>;

const bridgeNames = ['none', 'zero', 'dense'];
const token = kind.required(kind.whole(0));
export const seq2SeqKinds = {
  encoder: kind.required(encoderKind),
  decoder: kind.required(decoderKind),
  bridge: kind.either(kind.choice(...bridgeNames), moduleDoing('a Bridge', 'forward')),
  startToken: token,
  endToken: token,
  paddingToken: token,
};

export interface SourceOptions {
  /** Number of steps of each source; by default all steps of the tensor */
  sourceLengths?: readonly number[] | undefined;
}

/**
 * A search's options. `startToken` and `endToken` default to the model's. The model's padding and start tokens are
 * banned beside `bannedTokens`, unless one of them is the search's end token.
 */
export type ModelSearchOptions<Options extends SearchOptions> = SourceOptions &
  Omit<Options, 'startToken' | 'endToken'> &
  Partial<Pick<Options, 'startToken' | 'endToken'>>;

/** The options of a stream. `startToken` and `endToken` default to the model's. */
export type ModelStreamOptions =
  | (ModelSearchOptions<SearchOptions> & { method?: 'greedy' | undefined })
  | (ModelSearchOptions<BeamSearchOptions> & { method: 'beam' })
  | (ModelSearchOptions<DrawOptions> & { method: 'sampling' });

export interface TargetOptions extends SourceOptions {
  /**
   * The probability with which a step reads the target's own token instead of the model's token: see
   * `TeacherForcingSchedule`. Below 1, steps run one after another. Default 1.
   */
  teacherForcing?: number | undefined;
}

export interface LossOptions extends TargetOptions {
  /** ε in [0, 1]: the share of each target's probability that is spread evenly over all tokens. Default 0. */
  labelSmoothing?: number | undefined;
  /** λ, at least 0: the weight of the coverage loss beside the cross-entropy. Default 0. */
  coverageWeight?: number | undefined;
}

export const sourceKinds = { sourceLengths: kind.listOf(kind.whole(1)) };
export const targetKinds = { ...sourceKinds, teacherForcing: kind.probability };
export const lossKinds = {
  ...targetKinds,
  labelSmoothing: kind.inside('[0, 1]'),
  coverageWeight: kind.atLeast(0),
};

/** Throws when the decoder does not have a token, or the padding token is the end token. */
export function checkTokens(vocabularySize: number, tokens: SpecialTokens): void {
  for (const [argument, value] of Object.entries(tokens)) {
    if (value >= vocabularySize) {
      const fault = `is ${value}; the decoder has tokens 0 to ${vocabularySize - 1}`;
      throw new ArgumentError('Seq2Seq', argument, fault);
    }
  }
  const { paddingToken, endToken } = tokens;
  if (paddingToken === endToken) {
    const fault = `is ${paddingToken}, the end token; expected another: padding does not count in the loss`;
    throw new ArgumentError('Seq2Seq', 'paddingToken', fault);
  }
}

/** Throws when the decoder's attention does not fit the size of the encoder's output. */
export function checkMemoryDim({ outputSize }: Encoder, { memoryDim }: Decoder): void {
  if (memoryDim === undefined || memoryDim === outputSize) return;
  const fault = `attends to values of ${memoryDim} features, its attention's memoryDim; the encoder's have ${outputSize}, of all directions`;
  throw new ArgumentError('Seq2Seq', 'decoder', fault);
}

/** Throws unless targets are a batch of the decoder's tokens with as many rows as the sources. */
export function checkTarget(
  operation: string,
  source: Tensor,
  target: Tensor,
  { vocabularySize }: Decoder,
): void {
  checkValue(operation, 'source', source, kind.required(kind.tensor));
  checkDtype(operation, 'target', target, 'int32');
  checkRank(operation, 'target', target, 2, ', [N, T]');
  const [rows, steps] = target.shape as [number, number];
  if (steps < 2) {
    const fault = `has shape ${shapeText(target.shape)}; expected at least 2 tokens each, the start token and another`;
    throw new ArgumentError(operation, 'target', fault);
  }
  if (rows !== source.shape[0]) {
    const fault = `has ${rows} rows (shape ${shapeText(target.shape)}); there are ${source.shape[0]} sources`;
    throw new ArgumentError(operation, 'target', fault);
  }
  checkIndices(operation, 'target', target, { size: vocabularySize, noun: 'tokens' });
}
