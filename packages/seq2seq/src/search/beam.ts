import { checkValue, kind, type OptionKinds } from '@unroll/backend/checks';
import { Batch } from './batch.ts';
import { BeamSource } from './beam-source.ts';
import type { Hypothesis } from './hypothesis.ts';
import { type CoveragePenalty, type LengthPenalty, rankingBy } from './penalties.ts';
import { Search } from './search.ts';
import { checkSearch, type SearchOptions, searchKinds } from './search-options.ts';
import type { StepScorer } from './step-scorer.ts';

export interface BeamSearchOptions extends SearchOptions {
  /** How many hypotheses of each source go on after every step */
  beamSize: number;
  /** How many hypotheses of each source are wanted, at most `beamSize`. Default 1. */
  nBest?: number | undefined;
  /** What log-probabilities are divided by. Default `{ name: 'none' }`. */
  lengthPenalty?: LengthPenalty | undefined;
  /** What is taken off for attention that leaves steps of the source out, or comes back to them. Default `{ name: 'none' }`. */
  coveragePenalty?: CoveragePenalty | undefined;
  /**
   * Whether a source is finished as soon as `beamSize` hypotheses ended; if not, only when none that goes on can become one of the
   * `nBest`, which is enough in both cases. Default true.
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

/** Beam search as a batch; the options are checked, but for what they have within. */
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
    // One of them may be the end token, which is not among those that go on.
    candidates: beamSize + 1,
    coverage: ranking.needsCoverage,
    startSource: (root, mostTokens) => new BeamSource(root, mostTokens + 1, rules),
  });
}

/**
 * Goes on with the `beamSize` most probable hypotheses of each source, and gives the best of those that ended.
 *
 * A hypothesis ends where its end token is among the `beamSize` most probable continuations of its source; those that go on are the
 * `beamSize` most probable that do not end. Within a step all have the same length, so that log-probability alone decides, of equal
 * ones for the lower row, then the lower token. Penalties rank what ended.
 *
 * @returns for each source its best hypotheses, the best first: `nBest`, or fewer where fewer ended before none could go on
 * @throws where an option is not what it has to be, or contradicts another; where a coverage penalty needs attention and the scorer
 *   gives none
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
