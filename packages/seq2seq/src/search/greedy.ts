import { Batch } from './batch.ts';
import type { Hypothesis } from './hypothesis.ts';
import { IndependentPaths } from './independent-paths.ts';
import { Search } from './search.ts';
import { checkSearch, type SearchOptions, searchKinds } from './search-options.ts';
import type { StepScorer } from './step-scorer.ts';

/** The candidates are sorted, the most probable first. */
const first = () => 0;

/** Greedy search as a batch. The options have been checked. */
export function greedyBatch(owner: string, scorer: StepScorer, options: SearchOptions): Batch {
  return new Batch(scorer, {
    owner,
    options,
    width: 1,
    candidates: 1,
    attention: options.attention ? 'attention' : undefined,
    coverage: false,
    startSource: (root) => new IndependentPaths(root, [first], options),
  });
}

/**
 * Appends the most probable allowed token, the lower one among ties, until that is the end token.
 *
 * @returns for each source a list with one hypothesis, whose score is its log-probability
 * @throws when an option is invalid or contradicts another
 *
 * @example
 * const [[best]] = await greedySearch(scorer, { startToken: 1, endToken: 2 });
 */
export async function greedySearch<State>(
  scorer: StepScorer<State>,
  options: SearchOptions,
): Promise<Hypothesis[][]> {
  const checked = checkSearch('greedySearch', scorer, options, searchKinds);
  return new Search(scorer, greedyBatch('greedySearch', scorer, checked), checked.signal).run();
}
