import { checkValue, kind, type OptionKinds } from '@unroll/backend/checks';
import { Batch } from './batch.ts';
import { BeamSource } from './beam-source.ts';
import type { Hypothesis } from './hypothesis.ts';
import { type CoveragePenalty, type LengthPenalty, rankingBy } from './penalties.ts';
import { Search } from './search.ts';
import { checkSearch, type SearchOptions, searchKinds } from './search-options.ts';
import type { StepScorer } from './step-scorer.ts';

export interface BeamSearchOptions extends SearchOptions {
  /** The number of hypotheses of each source that continue after every step */
  beamSize: number;
  /** The number of hypotheses that are returned for each source, at most `beamSize`. Default 1. */
  nBest?: number | undefined;
  /** The divisor of log-probabilities. Default `{ name: 'none' }`. */
  lengthPenalty?: LengthPenalty | undefined;
  /** Penalises attention that leaves steps of the source out, or returns to them. Default `{ name: 'none' }`. */
  coveragePenalty?: CoveragePenalty | undefined;
  /**
   * Whether a source is finished as soon as `beamSize` hypotheses have ended. Otherwise it is finished only when no
   * open hypothesis can become one of the `nBest`. That condition also finishes a source when this option is true.
   * Default true.
   */
  earlyStopping?: boolean | undefined;
}

export const beamKinds = (vocabularySize: number): OptionKinds<BeamSearchOptions> => ({
  ...searchKinds(vocabularySize),
  beamSize: kind.required(kind.whole(1)),
  nBest: kind.whole(1),
  lengthPenalty: { ...kind.record, expected: 'an object with name and alpha' },
  coveragePenalty: { ...kind.record, expected: 'an object with name and beta' },
  earlyStopping: kind.flag,
});

/** Beam search as a batch. The options have been checked, except the fields of the penalties. */
export function beamBatch(owner: string, scorer: StepScorer, options: BeamSearchOptions): Batch {
  const { beamSize, nBest = 1, lengthPenalty, coveragePenalty, earlyStopping = true } = options;
  const { endToken, attention: withAttention = false } = options;
  const fewEnough = {
    ...kind.whole(1, beamSize),
    expected: `a whole number from 1 to beamSize, ${beamSize}`,
  };
  checkValue(owner, 'nBest', nBest, fewEnough);
  const ranking = rankingBy(owner, lengthPenalty, coveragePenalty);
  const attention = withAttention ? 'attention' : ranking.needsCoverage ? 'coveragePenalty' : undefined;
  const rules = { beamSize, nBest, ranking, earlyStopping, endToken, withAttention };
  return new Batch(scorer, {
    owner,
    options,
    attention,
    width: beamSize,
    // One of the candidates may be the end token, and a path with the end token does not continue.
    candidates: beamSize + 1,
    coverage: ranking.needsCoverage,
    startSource: (root, mostTokens) => new BeamSource(root, mostTokens + 1, rules),
  });
}

/**
 * Continues the `beamSize` most probable hypotheses of each source, and returns the best of those that ended.
 *
 * A hypothesis ends when its end token is among the `beamSize` most probable continuations of its source. The
 * `beamSize` most probable continuations without an end token continue. All hypotheses of a step have the same length,
 * so the log-probability alone ranks them. Ties go to the lower row, then to the lower token. Penalties rank the
 * hypotheses that ended.
 *
 * @returns for each source its best hypotheses, the best first: `nBest`, or fewer when fewer ended before no path could
 *   continue
 * @throws when an option is invalid or contradicts another, or a coverage penalty needs attention and the scorer gives
 *   none
 *
 * @example
 * const lists = await beamSearch(scorer, {
 *   startToken: 1, endToken: 2, beamSize: 5, nBest: 3, lengthPenalty: { name: 'wu', alpha: 0.6 },
 * });
 */
export async function beamSearch<State>(
  scorer: StepScorer<State>,
  options: BeamSearchOptions,
): Promise<Hypothesis[][]> {
  const checked = checkSearch('beamSearch', scorer, options, beamKinds);
  return new Search(scorer, beamBatch('beamSearch', scorer, checked), checked.signal).run();
}
