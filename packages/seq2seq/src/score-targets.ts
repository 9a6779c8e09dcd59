import { dispose, notEqual, type Tensor, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { sequenceCrossEntropy } from './losses/sequence-cross-entropy.ts';

/** A model's log-probabilities of a given target. */
export interface ScoredTarget {
  /** The log-probability of the target: the sum over all its tokens except the first, without padding */
  readonly logProb: number;
  /** The log-probability of each of these tokens */
  readonly tokenLogProbs: readonly number[];
}

/** `[N, T]` each: the loss of each token of a target, and whether the token counts. */
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

/** Reads the losses from the device and frees them. */
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
