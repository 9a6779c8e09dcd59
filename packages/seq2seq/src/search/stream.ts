import { checkValue, kind } from '@unroll/backend/checks';
import type { Batch } from './batch.ts';
import { type BeamSearchOptions, beamBatch, beamKinds } from './beam.ts';
import { greedyBatch } from './greedy.ts';
import type { Hypothesis } from './hypothesis.ts';
import { sharedBeginning } from './path.ts';
import { type DrawOptions, drawKinds, sampleBatch } from './sampling.ts';
import { Search } from './search.ts';
import { checkSearch, type SearchOptions, searchKinds } from './search-options.ts';
import type { StepScorer } from './step-scorer.ts';

/** A token of the best hypothesis of a source. */
export interface StreamedToken {
  readonly source: number;
  /**
   * Its index among the hypothesis's tokens. The tokens of one source come in order, between those of other sources.
   */
  readonly position: number;
  readonly token: number;
  /** Its log-probability, given all tokens before it */
  readonly logProb: number;
}

/** The name of the search that finds the tokens (`'greedy'` by default), and the options of that search. */
export type StreamOptions =
  | (SearchOptions & { method?: 'greedy' | undefined })
  | (BeamSearchOptions & { method: 'beam' })
  | (DrawOptions & { method: 'sampling' });

const owner = 'streamTokens';
const method = kind.choice('greedy', 'beam', 'sampling');

/**
 * Searches, and yields tokens during the search. Greedy search and sampling (one sample of each source) yield every
 * token as soon as it is chosen. Beam search yields a token as soon as all hypotheses that can still win share it. The
 * tokens of a prefix are yielded too; the end token is not.
 *
 * Leaving the loop before its end frees everything that the search holds.
 *
 * @returns the tokens; the generator's return value is the result of the search
 * @throws at once when an option is invalid or contradicts another
 *
 * @example
 * for await (const { source, token } of streamTokens(scorer, { startToken: 1, endToken: 2 })) {
 *   process.stdout.write(vocabulary[token]);
 * }
 */
export function streamTokens<State>(
  scorer: StepScorer<State>,
  options: StreamOptions,
): AsyncGenerator<StreamedToken, Hypothesis[][], undefined> {
  checkValue(owner, 'method', options?.method, method);
  const batch = batchFor(scorer, options);
  return streamed(batch, new Search(scorer, batch, options.signal), options.endToken);
}

function batchFor(scorer: StepScorer, options: StreamOptions): Batch {
  switch (options?.method) {
    case 'beam': {
      const kinds = (size: number) => ({ method, ...beamKinds(size) });
      return beamBatch(owner, scorer, checkSearch(owner, scorer, options, kinds));
    }
    case 'sampling': {
      const kinds = (size: number) => ({ method, ...drawKinds(size) });
      return sampleBatch(owner, scorer, checkSearch(owner, scorer, options, kinds));
    }
    default: {
      const kinds = (size: number) => ({ method, ...searchKinds(size) });
      return greedyBatch(owner, scorer, checkSearch(owner, scorer, options, kinds));
    }
  }
}

async function* streamed<State>(
  { searches }: Batch,
  search: Search<State>,
  endToken: number,
): AsyncGenerator<StreamedToken, Hypothesis[][], undefined> {
  const given = searches.map(() => 0);
  try {
    while (await search.step()) {
      for (const [source, ofSource] of searches.entries()) {
        const shared = sharedBeginning(ofSource.contenders());
        const from = given[source]!;
        if (shared.length === from) continue;
        given[source] = shared.length;
        for (const [i, { token, logProb }] of shared.scored().slice(from).entries()) {
          if (token !== endToken) yield { source, position: from + i, token, logProb };
        }
      }
    }
    return search.hypotheses();
  } finally {
    search.close();
  }
}
