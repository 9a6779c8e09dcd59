import { type Tensor2D, type Tensor3D, tensor2d } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import type { RecurrentDecoder, States } from '@unroll/seq2seq';

/**
 * Reads tokens `[N, L]` from given states, or from zeros.
 *
 * @returns the scores of the token after each, `[N, L, V]`, and the last states
 */
export function readText(
  decoder: RecurrentDecoder,
  tokens: Tensor2D,
  before?: States,
): [scores: Tensor3D, states: States] {
  const start = decoder.begin(before, {}, tokens.shape[0]);
  const { vectors, state } = decoder.forward(tokens, {}, start);
  return [decoder.scores(vectors) as Tensor3D, state.states];
}

/** The states of one row after some tokens, perhaps none, with dropout off. */
export const statesAfter = (decoder: RecurrentDecoder, tokens: readonly number[]): States =>
  decoder.evaluating(() =>
    tidyResult(() => {
      if (tokens.length === 0) return decoder.begin(undefined, {}, 1).states;
      return readText(decoder, tensor2d([...tokens], [1, tokens.length], 'int32'))[1];
    }),
  );
