import { expect, it } from 'vitest';
import { loadCmudict, withoutStress, wordsOfEntries } from './cmudict.ts';

it('gives each word once, with all its pronunciations in order', () => {
  const entries = { READ: 'R EH1 D', 'READ(1)': 'R IY1 D', "READER'S": 'R IY1 D ER0 Z' };
  expect(wordsOfEntries(entries)).toEqual([
    {
      word: 'read',
      pronunciations: [
        ['R', 'EH1', 'D'],
        ['R', 'IY1', 'D'],
      ],
    },
    { word: "reader's", pronunciations: [['R', 'IY1', 'D', 'ER0', 'Z']] },
  ]);
});

it('has 125,005 words with the 69 phonemes of ARPAbet, 39 without stress', () => {
  const words = loadCmudict();
  expect(words).toHaveLength(125_005);
  const phonemes = new Set(words.flatMap(({ pronunciations }) => pronunciations.flat()));
  expect(phonemes.size).toBe(69);
  expect(new Set([...phonemes].map(withoutStress)).size).toBe(39);
});
