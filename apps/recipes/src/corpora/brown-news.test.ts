import { expect, it } from 'vitest';
import { loadBrownNews, readBrown } from './brown-news.ts';

it('reads a sentence per line, and cuts each word at its last slash', () => {
  expect(readBrown('\n\n\tThe/at jury/nn said/vbd ./. \n\n\n\t1/2/cd\n')).toEqual([
    [
      { word: 'The', tag: 'AT' },
      { word: 'jury', tag: 'NN' },
      { word: 'said', tag: 'VBD' },
      { word: '.', tag: '.' },
    ],
    [{ word: '1/2', tag: 'CD' }],
  ]);
});

it('has 4,623 sentences with 100,554 words, of which the first 4,160 are for training', () => {
  const { train, test } = loadBrownNews();
  expect([train.length, test.length]).toEqual([4160, 463]);
  const words = [...train, ...test].flat();
  expect(words).toHaveLength(100_554);
  expect(words.every(({ word, tag }) => word !== '' && tag !== '')).toBe(true);
  expect(new Set(words.map(({ tag }) => tag)).size).toBe(218);
});
