import { backoffTagger, mostFrequentTagger, type Tagger } from '../baselines/backoff-tagger.ts';
import { BROWN_NEWS, loadBrownNews } from '../corpora/brown-news.ts';
import type { CorpusFacts } from '../corpora/corpus-facts.ts';
import type { TaggedSentence } from '../corpora/tagged-sentence.ts';
import type { TrainAndTest } from '../corpora/train-and-test.ts';
import { loadUdEnglishEwt, UD_ENGLISH_EWT } from '../corpora/ud-english-ewt.ts';

/** Sentences with the tags of their words, and how to tag them. */
export interface TaggingCorpus {
  readonly facts: CorpusFacts;
  readonly load: (folder?: string) => Promise<TrainAndTest<TaggedSentence>> | TrainAndTest<TaggedSentence>;
  readonly epochs: number;
  /** A smaller corpus needs more. */
  readonly dropout: number;
  readonly baselines: (train: readonly TaggedSentence[]) => Readonly<Record<string, Tagger>>;
}

/** By their names on the command line */
export const CORPORA: Readonly<Record<string, TaggingCorpus>> = {
  brown: {
    facts: BROWN_NEWS,
    load: loadBrownNews,
    epochs: 15,
    dropout: 0.4,
    baselines: (train) => ({
      'most frequent tag of a word': mostFrequentTagger(train),
      'bigrams, backing off': backoffTagger(train, { order: 2, unknown: 'NN' }),
    }),
  },
  ewt: {
    facts: UD_ENGLISH_EWT,
    load: loadUdEnglishEwt,
    epochs: 30,
    dropout: 0.5,
    baselines: (train) => ({ 'most frequent tag of a word': mostFrequentTagger(train) }),
  },
};
