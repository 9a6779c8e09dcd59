import type { TaggedSentence, TaggedWord } from '../corpora/tagged-sentence.ts';
import { mostFrequent } from './most-frequent.ts';

/** Tags the words of a sentence. */
export type Tagger = (words: readonly string[]) => string[];

export interface BackoffTaggerOptions {
  /** The number of words in the largest context: 1 looks only at the word, 2 also at the tag before it. */
  order: number;
  /** The tag of unknown words */
  unknown: string;
}

/**
 * Gives each word its most frequent tag among the words learnt after the same n − 1 tags. Words that were not learnt
 * there get their tag after fewer tags, and words that were not learnt at all get `unknown`. It is NLTK's chain of
 * `BigramTagger`, `UnigramTagger` and `DefaultTagger`.
 *
 * @see https://www.nltk.org/book/ch05.html
 */
export function backoffTagger(
  train: readonly TaggedSentence[],
  { order, unknown }: BackoffTaggerOptions,
): Tagger {
  const tables = Array.from({ length: order }, (_, size) => tagsByContext(train, size));
  return (words) => {
    const tags: string[] = [];
    for (const word of words) {
      const known = tables.map((table, size) => table.get(contextOf(word, tags, size)));
      tags.push(known.findLast((tag) => tag !== undefined) ?? unknown);
    }
    return tags;
  };
}

/** The most frequent tag of each word, and for unknown words the most frequent tag of all. */
export function mostFrequentTagger(train: readonly TaggedSentence[]): Tagger {
  const counts = new Map<string, number>();
  for (const { tag } of train.flat()) count(counts, tag);
  return backoffTagger(train, { order: 1, unknown: mostFrequent(counts) });
}

/** The fraction of words that get the right tag. */
export function taggingAccuracy(tagger: Tagger, test: readonly TaggedSentence[]): number {
  const right = test.map((sentence) => {
    const tags = tagger(sentence.map(({ word }) => word));
    return sentence.filter(({ tag }, i) => tag === tags[i]).length;
  });
  return right.reduce((a, b) => a + b, 0) / test.flat().length;
}

/** A word with up to `size` tags before it */
function contextOf(word: string, tagsBefore: readonly string[], size: number): string {
  return [...(size === 0 ? [] : tagsBefore.slice(-size)), word].join('\t');
}

function tagsByContext(train: readonly TaggedSentence[], size: number): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const sentence of train) {
    for (const [i, { word, tag }] of sentence.entries()) {
      const before = sentence.slice(Math.max(0, i - size), i).map((each: TaggedWord) => each.tag);
      const context = contextOf(word, before, size);
      const ofContext = counts.get(context) ?? new Map<string, number>();
      count(ofContext, tag);
      counts.set(context, ofContext);
    }
  }
  return new Map([...counts].map(([context, ofContext]) => [context, mostFrequent(ofContext)]));
}

function count(counts: Map<string, number>, tag: string): void {
  counts.set(tag, (counts.get(tag) ?? 0) + 1);
}
