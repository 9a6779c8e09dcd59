import { checkOptions, kind } from '@unroll/backend/checks';
import type { Path } from './path.ts';
import { finiteAtLeastZero } from './search-options.ts';

/** What a hypothesis's log-probability is divided by, from `length`, the number of its scored tokens, the end token included. */
const lengthPenalties = {
  none: (_length: number, _alpha: number) => 1,
  avg: (length: number, alpha: number) => length ** alpha,
  wu: (length: number, alpha: number) => ((5 + length) / 6) ** alpha,
};

/** The least coverage that `wu` takes the logarithm of, so that a step that nothing attends to costs much, but not all. */
const LEAST_COVERAGE = 1e-10;

/** What, times β, is taken off the score, from the attention that each step of the source got from all scored tokens. */
const coveragePenalties = {
  none: (_coverage: Float64Array) => 0,
  wu: (coverage: Float64Array) =>
    coverage.reduce((sum, step) => sum - Math.log(Math.min(Math.max(step, LEAST_COVERAGE), 1)), 0),
  summary: (coverage: Float64Array) => coverage.reduce((sum, step) => sum + Math.max(step, 1) - 1, 0),
};

/**
 * Divides a hypothesis's log-probability by 1 (`none`), len^α (`avg`) or ((5 + len) / 6)^α (`wu`), where len counts its scored
 * tokens, the end token included. Longer hypotheses win the more, the greater α is.
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
 * Takes off a hypothesis's score nothing (`none`), β·Σ −log min(cov, 1) (`wu`: source steps that got too little attention) or
 * β·(Σ max(cov, 1) − S) (`summary`: those that got more than 1), where cov is what all scored tokens attend to each of the S steps
 * of the source. The logarithm is taken of at least 1e-10, so that a step without any attention costs 23·β.
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
  /** What a path that ended is ranked by */
  score(path: Path): number;
  /** What no path that goes on from this one, to at most so many scored tokens, can score more than */
  bound(path: Path, mostScored: number): number;
}

/** @throws where a penalty's option is not what it has to be */
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
    // Log-probabilities only fall, so a path is at its best with the greatest divisor. `summary` never falls; `wu` can fall to 0.
    bound: (path, mostScored) =>
      path.logProb / lengthPenaltyOf(mostScored, alpha) - (byCoverage.name === 'summary' ? covered(path) : 0),
  };
}
