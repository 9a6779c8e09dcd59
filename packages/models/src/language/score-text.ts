import {
  dispose,
  neg,
  reshape,
  type Tensor2D,
  type Tensor3D,
  tensor1d,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { crossEntropy } from '@unroll/nn';
import type { ScoredTarget, States } from '@unroll/seq2seq';

/** Number of tokens that are read at once. It bounds the memory. */
const PIECE = 512;

/** The scores `[1, L, V]` of the tokens after each of `[1, L]`, and the states after the last */
type Read = (tokens: Tensor2D, states?: States) => readonly [scores: Tensor3D, states: States];

/** Scores the tokens of a text after the first, piece by piece. */
export async function scoreText(tokens: readonly number[], read: Read): Promise<ScoredTarget> {
  const tokenLogProbs: number[] = [];
  let states: States | undefined;
  try {
    for (let begin = 0; begin + 1 < tokens.length; begin += PIECE) {
      const piece = tokens.slice(begin, begin + PIECE + 1);
      const before = states;
      const { logProbs, after } = tidyResult(() => scorePiece(piece, read, before));
      dispose([...(before ?? [])]);
      states = after;
      try {
        tokenLogProbs.push(...(await logProbs.data()));
      } finally {
        logProbs.dispose();
      }
    }
  } finally {
    dispose([...(states ?? [])]);
  }
  return { logProb: tokenLogProbs.reduce((sum, logProb) => sum + logProb, 0), tokenLogProbs };
}

function scorePiece(piece: readonly number[], read: Read, before: States | undefined) {
  const steps = piece.length - 1;
  const [scores, after] = read(tensor2d(piece.slice(0, -1), [1, steps], 'int32'), before);
  const rows = reshape(scores, [steps, scores.shape[2]]);
  const losses = crossEntropy(rows, tensor1d(piece.slice(1), 'int32'), { reduction: 'none' });
  return { logProbs: neg(losses), after };
}
