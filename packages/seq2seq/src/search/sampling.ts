import { kind, type OptionKinds } from '@unroll/backend/checks';
import { Philox } from '@unroll/backend/operations';
import { defaultGenerator, RandomGenerator } from '@unroll/nn';
import { Batch } from './batch.ts';
import { drawPlace, type Sharpening } from './draw-place.ts';
import type { Hypothesis } from './hypothesis.ts';
import { type ChooseToken, IndependentPaths } from './independent-paths.ts';
import { Search } from './search.ts';
import { checkSearch, finiteAboveZero, type SearchOptions, searchKinds } from './search-options.ts';
import type { StepScorer } from './step-scorer.ts';

/** Options of how tokens are drawn. */
export interface DrawOptions extends SearchOptions {
  /**
   * Log-probabilities are divided by this before a token is drawn. Below 1, probable tokens become more probable.
   * Default 1.
   */
  temperature?: number | undefined;
  /** Only this many of the most probable tokens can be drawn. Default: all. */
  topK?: number | undefined;
  /** Only the most probable tokens whose probabilities together reach this can be drawn. Default 1: all. */
  topP?: number | undefined;
  /** Gives each source its seed. Default: the default generator. */
  generator?: RandomGenerator | undefined;
}

export interface SampleSearchOptions extends DrawOptions {
  /** The number of hypotheses that are drawn for each source. Default 1. */
  samples?: number | undefined;
}

const generator = {
  expected: 'a RandomGenerator',
  fits: (value: unknown) => value instanceof RandomGenerator,
};

export const drawKinds = (vocabularySize: number): OptionKinds<DrawOptions> => ({
  ...searchKinds(vocabularySize),
  temperature: finiteAboveZero,
  topK: kind.whole(1),
  topP: kind.inside('(0, 1]'),
  generator,
});

const sampleKinds = (vocabularySize: number): OptionKinds<SampleSearchOptions> => ({
  ...drawKinds(vocabularySize),
  samples: kind.whole(1),
});

/** Sampling as a batch. The options have been checked. */
export function sampleBatch(owner: string, scorer: StepScorer, options: SampleSearchOptions): Batch {
  const { samples = 1, temperature = 1, topK, topP = 1, generator = defaultGenerator } = options;
  return new Batch(scorer, {
    owner,
    options,
    width: samples,
    candidates: topK ?? 'all',
    attention: options.attention ? 'attention' : undefined,
    coverage: false,
    startSource: (root) => {
      const seed = seedFrom(generator);
      const choosers = Array.from({ length: samples }, (_, sample) => {
        const stream = new Philox(seed, sample * WORDS_PER_SAMPLE);
        return chooserFrom(stream, { temperature, topP });
      });
      return new IndependentPaths(root, choosers, options);
    },
  });
}

/** Each sample takes one random word a step. With this many words, no two samples of a source share a word. */
const WORDS_PER_SAMPLE = 2 ** 32;

const chooserFrom =
  (stream: Philox, sharpening: Sharpening): ChooseToken =>
  ({ logProbs }) =>
    drawPlace(logProbs, sharpening, stream.uniform());

/** Combines two 32-bit words into 53 bits. */
const seedFrom = (generator: RandomGenerator): number =>
  Math.floor(generator.uniform() * 2 ** 21) * 2 ** 32 + generator.uniform() * 2 ** 32;

/**
 * Draws hypotheses token by token. The log-probabilities of the allowed tokens are divided by the temperature. The
 * `topK` most probable tokens stay, then the fewest whose probabilities together reach `topP`, and one of them is
 * drawn.
 *
 * The generator gives each source a seed, source by source, and each sample of a source has its own stream of random
 * numbers. A source's samples therefore depend neither on other sources in the batch nor on each other's lengths, and
 * sources searched one after another get the same samples as in one batch.
 *
 * @returns for each source its samples, the best first, including repeated ones. Scores and log-probabilities are the
 *   model's own, before temperature, `topK` and `topP`.
 * @throws when an option is invalid or contradicts another
 *
 * @example
 * const [samples] = await sampleSearch(scorer, {
 *   startToken: 1, endToken: 2, samples: 4, temperature: 0.8, topP: 0.95, generator: new nn.RandomGenerator(7),
 * });
 *
 * @see Holtzman et al., "The Curious Case of Neural Text Degeneration" (2020), https://arxiv.org/abs/1904.09751, for `topP`
 */
export async function sampleSearch<State>(
  scorer: StepScorer<State>,
  options: SampleSearchOptions,
): Promise<Hypothesis[][]> {
  const checked = checkSearch('sampleSearch', scorer, options, sampleKinds);
  return new Search(scorer, sampleBatch('sampleSearch', scorer, checked), checked.signal).run();
}
