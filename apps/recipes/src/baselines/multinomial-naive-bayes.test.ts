import { expect, it } from 'vitest';
import { multinomialNaiveBayes } from './multinomial-naive-bayes.ts';

/** The example of the Stanford book, chapter 13: 1 is China. */
const train = [
  ['Chinese Beijing Chinese', 1],
  ['Chinese Chinese Shanghai', 1],
  ['Chinese Macao', 1],
  ['Tokyo Japan Chinese', 0],
].map(([text, label]) => ({ words: String(text).split(' '), label: Number(label) }));

it('weighs how often each word occurs in a class', () => {
  const classify = multinomialNaiveBayes(train, 2);
  // log 3/4 · (3/7)³ · (1/14)² = 0.0003 for China, log 1/4 · (2/9)³ · (2/9)² = 0.0001 for the other class
  expect(classify('Chinese Chinese Chinese Tokyo Japan'.split(' '))).toBe(1);
  expect(classify('Chinese Tokyo Japan'.split(' '))).toBe(0);
});

it('ignores unknown words, and without known words answers the more frequent class', () => {
  const classify = multinomialNaiveBayes(train, 2);
  expect(classify(['Osaka', 'Tokyo'])).toBe(classify(['Tokyo']));
  expect(classify([])).toBe(1);
});
