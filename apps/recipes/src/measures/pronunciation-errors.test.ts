import { expect, it } from 'vitest';
import { pronunciationErrors } from './pronunciation-errors.ts';

it('counts edits to the nearest pronunciation, and wrong words, with and without stress', () => {
  const words = [
    {
      word: 'read',
      pronunciations: [
        ['R', 'EH1', 'D'],
        ['R', 'IY1', 'D'],
      ],
    },
    { word: 'a', pronunciations: [['AH0']] },
    { word: 'cat', pronunciations: [['K', 'AE1', 'T']] },
  ];
  const said = [['R', 'IY1', 'D'], ['AH1'], ['K', 'AE1']];
  expect(pronunciationErrors(said, words)).toEqual({
    kept: { per: 2 / 7, wer: 2 / 3 },
    stripped: { per: 1 / 7, wer: 1 / 3 },
  });
});
