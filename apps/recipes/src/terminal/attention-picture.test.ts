import { expect, it } from 'vitest';
import { attentionPicture } from './attention-picture.ts';

it('has a column for each input symbol, a row for each output symbol, and shades for weights', () => {
  const picture = attentionPicture(
    [...'ph'],
    ['F', 'AE1'],
    [
      [0.39, 0.61],
      [0, 1],
    ],
  );
  expect(picture).toEqual(['     p  h', 'F    ░░ ▓▓', 'AE1     ██']);
});
