import { expect, it } from 'vitest';
import { tokenF1 } from './token-f1.ts';

it('is the mean of the F1 of each caption, whatever the order of the words', () => {
  const captions = [['tone', 'man'], ['cat'], ['a', 'a', 'b'], []];
  const references = [['man', 'dancing', 'tone'], ['cat'], ['a', 'b', 'c'], ['dog']];
  expect(tokenF1(captions, references)).toBeCloseTo((4 / 5 + 1 + 4 / 6 + 0) / 4, 12);
});
