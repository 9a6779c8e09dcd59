import { expect, it } from 'vitest';
import { itWithData } from '../../test/data-folder.ts';
import { loadBrownNews } from '../corpora/brown-news.ts';
import { loadUdEnglishEwt } from '../corpora/ud-english-ewt.ts';
import { backoffTagger, mostFrequentTagger, taggingAccuracy } from './backoff-tagger.ts';

const tagged = (text: string) =>
  text.split(' ').map((token) => {
    const [word, tag] = token.split('/') as [string, string];
    return { word, tag };
  });

const train = ['the/D run/N', 'the/D run/N', 'they/P run/V', 'they/P run/V', 'they/P run/V'].map(tagged);

it('tags a word by the tag before it, then by itself, then as unknown', () => {
  const tagger = backoffTagger(train, { order: 2, unknown: 'X' });
  expect(tagger(['the', 'run'])).toEqual(['D', 'N']);
  expect(tagger(['they', 'run'])).toEqual(['P', 'V']);
  expect(tagger(['run', 'rabbit', 'run'])).toEqual(['V', 'X', 'V']);
});

it('tags words without context by their most frequent tag, and unknown words by the most frequent of all', () => {
  const tagger = mostFrequentTagger(train);
  expect(tagger(['the', 'run', 'rabbit'])).toEqual(['D', 'V', 'P']);
  expect(taggingAccuracy(tagger, [tagged('the/D run/N'), tagged('they/P run/V')])).toBe(3 / 4);
});

it('has the accuracies of the NLTK book on the news of the Brown Corpus', () => {
  const { train, test } = loadBrownNews();
  const unigrams = backoffTagger(train, { order: 1, unknown: '' });
  expect(taggingAccuracy(unigrams, test)).toBeCloseTo(0.8121, 4);
  const bigrams = backoffTagger(train, { order: 2, unknown: 'NN' });
  expect(taggingAccuracy(bigrams, test)).toBeCloseTo(0.8452, 4);
});

itWithData(
  'gives 81.2 % of the words in the test of the English Web Treebank the right tag',
  async (folder) => {
    const { train, test } = await loadUdEnglishEwt(folder);
    expect(taggingAccuracy(mostFrequentTagger(train), test)).toBeCloseTo(0.812, 4);
  },
);
