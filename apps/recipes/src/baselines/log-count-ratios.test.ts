import { expect, it } from 'vitest';
import { logCountRatios } from './log-count-ratios.ts';

it('is above 0 for words of class 1, below for words of class 0, and 0 for unseen words', () => {
  const texts = [
    { words: [1, 1, 2], label: 1 },
    { words: [2, 3], label: 0 },
  ];
  // 5 words; class 1 has 3 + 5 counts, class 0 has 2 + 5.
  const expected = [0, 3 / 8 / (1 / 7), 2 / 8 / (2 / 7), 1 / 8 / (2 / 7), 0];
  const ratios = logCountRatios(texts, 5);
  for (const [word, ratio] of expected.entries())
    expect(ratios[word]).toBeCloseTo(ratio === 0 ? 0 : Math.log(ratio), 6);
});
