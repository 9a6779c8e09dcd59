import type { Path } from './path.ts';

/** A complete target that a search found for a source. Its end token was scored. */
export interface Hypothesis {
  /** Without the start and end tokens */
  readonly tokens: readonly number[];
  /** Hypotheses are ranked by this: `logProb`, adjusted by the penalties of the search */
  readonly score: number;
  /** The log-probability of all its tokens, the end token included */
  readonly logProb: number;
  /** The log-probability of each token, the end token's last */
  readonly tokenLogProbs: readonly number[];
  /** The attention of each scored token, the end token last, to each step of the source; with `attention: true` */
  readonly attention?: readonly Float32Array[];
  /**
   * For each of `tokens` the step of the source with the greatest attention, the first among ties; with
   * `attention: true`
   */
  readonly alignment?: readonly number[];
}

/** @param path ends with the end token */
export function hypothesisOf(path: Path, score: number, withAttention: boolean): Hypothesis {
  const scored = path.scored();
  const tokens = scored.slice(0, -1).map(({ token }) => token);
  const tokenLogProbs = scored.map(({ logProb }) => logProb);
  const plain = { tokens, score, logProb: path.logProb, tokenLogProbs };
  if (!withAttention) return plain;
  const attention = scored.map((token) => token.attention!);
  return { ...plain, attention, alignment: attention.slice(0, -1).map(mostAttended) };
}

/** The step with the greatest weight, the first among ties. */
export function mostAttended(weights: Float32Array): number {
  return weights.reduce((best, weight, step) => (weight > weights[best]! ? step : best), 0);
}
