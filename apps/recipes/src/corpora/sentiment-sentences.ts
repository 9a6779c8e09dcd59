import { createRequire } from 'node:module';
import type { CorpusFacts } from './corpus-facts.ts';

export const SENTIMENT_SENTENCES: CorpusFacts = {
  name: 'Sentiment Labelled Sentences (UCI)',
  licence: 'MIT, as the package has it',
  source: 'npm sentiment@5.0.2',
};

/** The index is the class. */
export const SENTIMENTS = ['negative', 'positive'] as const;

export interface SentimentSentence {
  readonly text: string;
  /** Index in `SENTIMENTS` */
  readonly label: number;
  /** The website with the review */
  readonly site: 'imdb' | 'yelp' | 'amazon';
}

/** A record of a file. The last one of each file has no class. */
interface SentimentRecord {
  readonly text: string;
  readonly class: 0 | 1 | null;
}

/**
 * 3,000 sentences from reviews, half of them positive (Kotzias et al. 2015). Split them by `holdOutFifth`.
 *
 * @see https://archive.ics.uci.edu/dataset/331/sentiment+labelled+sentences
 */
export function loadSentimentSentences(): SentimentSentence[] {
  const require = createRequire(import.meta.url);
  return [
    ...sentencesOf('imdb', require('sentiment/test/fixtures/imdb.json')),
    ...sentencesOf('yelp', require('sentiment/test/fixtures/yelp.json')),
    ...sentencesOf('amazon', require('sentiment/test/fixtures/amazon.json')),
  ];
}

function sentencesOf(
  site: SentimentSentence['site'],
  records: readonly SentimentRecord[],
): SentimentSentence[] {
  return records.flatMap(({ text, class: label }) =>
    label === null ? [] : [{ text: text.trim(), label, site }],
  );
}
