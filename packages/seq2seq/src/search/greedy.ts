import { Batch } from './batch.ts';
import type { Hypothesis } from './hypothesis.ts';
import { IndependentPaths } from './independent-paths.ts';
import { Search } from './search.ts';
import { checkSearch, type SearchOptions, searchKinds } from './search-options.ts';
import type { StepScorer } from './step-scorer.ts';

/** Of candidates the most probable comes first. */
const first = () => 0;

/** Greedy search as a batch; the options are checked. */
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
 * Goes on with the most probable token that may follow, of equal ones the lower, until that is the end token.
 *
 * @returns for each source a list with one hypothesis, whose score is its log-probability
 * @throws where an option is not what it has to be, or contradicts another
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
