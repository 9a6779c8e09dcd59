import type { Path } from './path.ts';

/** What a search found for a source: it is complete, and its end token was scored. */
export interface Hypothesis {
  /** Without start and end token */
  readonly tokens: readonly number[];
  /** What it is ranked by: `logProb`, less the penalties that the search was asked for */
  readonly score: number;
  /** The log-probability of all its tokens, the end token included */
  readonly logProb: number;
  /** The log-probability of each token, the end token's last */
  readonly tokenLogProbs: readonly number[];
  /** How much each scored token, the end token last, attends to each step of the source; with `attention: true` */
  readonly attention?: readonly Float32Array[];
  /** The step of the source that each of `tokens` attends to most, the first of equal ones; with `attention: true` */
  readonly alignment?: readonly number[];
}

/** @param path one that ends with the end token */
export function hypothesisOf(path: Path, score: number, withAttention: boolean): Hypothesis {
  const scored = path.scored();
  const tokens = scored.slice(0, -1).map(({ token }) => token);
  const tokenLogProbs = scored.map(({ logProb }) => logProb);
  const plain = { tokens, score, logProb: path.logProb, tokenLogProbs };
  if (!withAttention) return plain;
  const attention = scored.map((token) => token.attention!);
  return { ...plain, attention, alignment: attention.slice(0, -1).map(mostAttended) };
}

/** The step of the greatest weight, the first of equal ones. */
export function mostAttended(weights: Float32Array): number {
  return weights.reduce((best, weight, step) => (weight > weights[best]! ? step : best), 0);
}
