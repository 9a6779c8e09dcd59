import { checkOptions, kind } from '@unroll/backend/checks';
import type { Path } from './path.ts';
import { finiteAtLeastZero } from './search-options.ts';

/** The divisor of a hypothesis's log-probability. `length` is the number of its scored tokens, with the end token. */
const lengthPenalties = {
  none: (_length: number, _alpha: number) => 1,
  avg: (length: number, alpha: number) => length ** alpha,
  wu: (length: number, alpha: number) => ((5 + length) / 6) ** alpha,
};

/**
 * The least coverage of which `wu` takes the logarithm. A step without attention then costs much, but not infinitely
 * much.
 */
const LEAST_COVERAGE = 1e-10;

/**
 * The penalty that is subtracted, times β, from the score. `coverage` is the attention of all scored tokens to each
 * step.
 */
const coveragePenalties = {
  none: (_coverage: Float64Array) => 0,
  wu: (coverage: Float64Array) =>
    coverage.reduce((sum, step) => sum - Math.log(Math.min(Math.max(step, LEAST_COVERAGE), 1)), 0),
  summary: (coverage: Float64Array) => coverage.reduce((sum, step) => sum + Math.max(step, 1) - 1, 0),
};

/**
 * Divides a hypothesis's log-probability by 1 (`none`), len^α (`avg`) or ((5 + len) / 6)^α (`wu`), where len is the
 * number of its scored tokens, with the end token. A greater α favours longer hypotheses.
 *
 * @see Wu et al., "Google's Neural Machine Translation System" (2016), equation 14, https://arxiv.org/abs/1609.08144
 * @see https://opennmt.net/OpenNMT-py/options/translate.html, whose `avg` has α = 1
 */
export interface LengthPenalty {
  name: keyof typeof lengthPenalties;
  /** α, a number of at least 0. Default 1. */
  alpha?: number | undefined;
}

/**
 * Subtracts a penalty from a hypothesis's score: 0 (`none`), β·Σ −log min(cov, 1) (`wu`: penalises source steps with
 * too little attention) or β·(Σ max(cov, 1) − S) (`summary`: penalises steps with more than 1). cov is the sum of the
 * attention of all scored tokens to each of the S steps of the source. `wu` takes the logarithm of at least 1e-10, so
 * that a step without attention costs 23·β.
 *
 * @see Wu et al., "Google's Neural Machine Translation System" (2016), equation 14, https://arxiv.org/abs/1609.08144
 * @see https://opennmt.net/OpenNMT-py/options/translate.html
 */
export interface CoveragePenalty {
  name: keyof typeof coveragePenalties;
  /** β, a number of at least 0. Default 1. */
  beta?: number | undefined;
}

const lengthKinds = { name: kind.required(kind.keyOf(lengthPenalties)), alpha: finiteAtLeastZero };
const coverageKinds = { name: kind.required(kind.keyOf(coveragePenalties)), beta: finiteAtLeastZero };

/** How paths are ranked. */
export interface Ranking {
  readonly needsCoverage: boolean;
  /** The score of a path that ended */
  score(path: Path): number;
  /** An upper bound of the scores that continuations of this path can reach with at most `mostScored` scored tokens */
  bound(path: Path, mostScored: number): number;
}

/** @throws when an option of a penalty is invalid */
export function rankingBy(
  owner: string,
  lengthPenalty: LengthPenalty = { name: 'none' },
  coveragePenalty: CoveragePenalty = { name: 'none' },
): Ranking {
  const byLength = checkOptions(`${owner}: lengthPenalty`, lengthPenalty, lengthKinds);
  const byCoverage = checkOptions(`${owner}: coveragePenalty`, coveragePenalty, coverageKinds);
  const { alpha = 1 } = byLength;
  const { beta = 1 } = byCoverage;
  const lengthPenaltyOf = lengthPenalties[byLength.name];
  const coveragePenaltyOf = coveragePenalties[byCoverage.name];
  const covered = ({ coverage }: Path) => (coverage ? beta * coveragePenaltyOf(coverage) : 0);
  return {
    needsCoverage: byCoverage.name !== 'none',
    score: (path) => path.logProb / lengthPenaltyOf(path.length, alpha) - covered(path),
    // Log-probabilities only fall, so the greatest divisor gives the upper bound. `summary` never falls; `wu` can fall
    // to 0.
    bound: (path, mostScored) =>
      path.logProb / lengthPenaltyOf(mostScored, alpha) - (byCoverage.name === 'summary' ? covered(path) : 0),
  };
}
