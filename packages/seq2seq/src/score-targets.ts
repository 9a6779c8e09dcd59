import { dispose, notEqual, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { sequenceCrossEntropy } from './losses/sequence-cross-entropy.ts';

/** What a model makes of a given target. */
export interface ScoredTarget {
  /** The log-probability of all its tokens but the first, padding left out */
  readonly logProb: number;
  /** The log-probability of each of them */
  readonly tokenLogProbs: readonly number[];
}

/** `[N, T]` each: a target's losses, token by token, and whether each counts. */
export interface TargetLosses {
  readonly loss: Tensor;
  readonly counts: Tensor;
}

export function targetLosses(scores: Tensor3D, said: Tensor2D, paddingToken: number): TargetLosses {
  return tidyResult(() => ({
    loss: sequenceCrossEntropy(scores, said, { paddingToken, reduction: 'none' }),
    counts: notEqual(said, paddingToken),
  }));
}

/** Reads the losses and frees them. */
export async function readTargetScores({ loss, counts }: TargetLosses): Promise<ScoredTarget[]> {
  try {
    const [losses, counted] = await Promise.all([loss.data(), counts.data()]);
    const [rows, steps] = loss.shape as [number, number];
    return Array.from({ length: rows }, (_, row) => {
      const places = Array.from({ length: steps }, (_, t) => row * steps + t);
      const tokenLogProbs = places.filter((place) => counted[place]).map((place) => -losses[place]!);
      return { logProb: tokenLogProbs.reduce((sum, logProb) => sum + logProb, 0), tokenLogProbs };
    });
  } finally {
    dispose([loss, counts]);
  }
}
