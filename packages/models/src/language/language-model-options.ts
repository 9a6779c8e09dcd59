import type { Tensor } from '@tensorflow/tfjs-core';
import { checkDtype, checkIndices, checkRank, checkValue, kind, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Embedding } from '@unroll/nn';
import type { DrawOptions, SequenceLayer } from '@unroll/seq2seq';
import { embeddingKind, layerKind } from '@unroll/seq2seq/checks';

export interface LanguageModelOptions {
  /** Embeds the tokens */
  embedding: Embedding;
  /**
   * The layer that reads the embedded tokens, in one direction: an `RNN`, `LSTM` or `GRU`, optionally stacked. Its
   * `inputSize` is `embeddingDim`.
   */
  rnn: SequenceLayer;
  /** Probability of zeroing, in training, an element of the embedded tokens and of the layer's output. Default 0. */
  dropout?: number | undefined;
  /**
   * Whether the embedding table also scores the tokens: Press and Wolf (2017). The layer's output then has
   * `embeddingDim` features. Default false.
   */
  tieWeights?: boolean | undefined;
  /**
   * N, the number of rows of a batch in training. With it, each call of `loss` in training begins with the states that
   * the call before left, so that rows are texts read piece by piece. Default: each call begins with zeros.
   */
  carriedRows?: number | undefined;
}

export interface LanguageLossOptions {
  /** Number of tokens of each row, at least 2; later ones do not count. Default: all. Not with `carriedRows`. */
  lengths?: readonly number[] | undefined;
  /** ε in [0, 1]: the part of each target that is spread evenly over all tokens. Default 0. */
  labelSmoothing?: number | undefined;
}

export interface TextOptions
  extends Pick<DrawOptions, 'temperature' | 'topK' | 'topP' | 'bannedTokens' | 'generator' | 'signal'> {
  /** The number of tokens that are drawn; with `endToken` the greatest number */
  length: number;
  /** A token that ends the text. It is not among the text's tokens. Default: none, the text has `length` tokens. */
  endToken?: number | undefined;
}

export const languageModelKinds = {
  embedding: kind.required(embeddingKind),
  rnn: kind.required(layerKind),
  dropout: kind.probability,
  tieWeights: kind.flag,
  carriedRows: kind.whole(1),
};

export const lossKinds = { lengths: kind.listOf(kind.whole(2)), labelSmoothing: kind.inside('[0, 1]') };

/** Throws where the parts do not fit one another. */
export function checkParts({ embedding, rnn, tieWeights = false }: LanguageModelOptions): void {
  const { embeddingDim } = embedding;
  const faults = {
    rnn:
      (rnn.numDirections !== 1 && 'is bidirectional; a language model does not know what comes after') ||
      (rnn.inputSize !== embeddingDim &&
        `has inputSize ${rnn.inputSize}; expected the embedding's embeddingDim, ${embeddingDim}`),
    tieWeights:
      tieWeights &&
      rnn.outputSize !== embeddingDim &&
      `is true; the embedding has ${embeddingDim} features, the layer's output ${rnn.outputSize}`,
  };
  for (const [argument, fault] of Object.entries(faults)) {
    if (fault) throw new ArgumentError('LanguageModel', argument, fault);
  }
}

/** Throws unless `tokens` is int32 `[N, L + 1]` with L at least 1, of tokens below `size`. */
export function checkTexts(operation: string, tokens: Tensor, size: number): void {
  checkDtype(operation, 'tokens', tokens, 'int32');
  checkRank(operation, 'tokens', tokens, 2, ', [N, L + 1]');
  if (tokens.shape[1]! < 2) {
    const fault = `has shape ${shapeText(tokens.shape)}; expected at least 2 tokens each, one to read and one to predict`;
    throw new ArgumentError(operation, 'tokens', fault);
  }
  checkIndices(operation, 'tokens', tokens, { size, noun: 'tokens' });
}

/** A list of at least `least` tokens below `size`. */
export function checkText(
  operation: string,
  name: string,
  tokens: readonly number[],
  { least, size }: { least: number; size: number },
): void {
  const token = kind.wholeWithin(0, size - 1);
  checkValue(operation, name, tokens, {
    required: true,
    element: token,
    expected: `an array of at least ${least} tokens in 0…${size - 1}`,
    fits: (value) => kind.listOf(token).fits(value) && (value as unknown[]).length >= least,
  });
}
