import { expect, it } from 'vitest';
import { accuracyOf, lastLetters, majority } from './baseline.ts';

const labelled = (names: string, label: number) => names.split(' ').map((name) => ({ name, label }));
const train = [...labelled('anna maria carla', 0), ...labelled('otto bruno', 1)];

it('the majority class is the most frequent one, for every name', () => {
  expect(majority(train)('otto')).toBe(0);
  expect(accuracyOf(majority(train), train)).toBeCloseTo(3 / 5);
});

it('naive Bayes uses the endings, and longer ones when the last letter is not enough', () => {
  const predict = lastLetters(train);
  expect(predict('paola')).toBe(0);
  expect(predict('marco')).toBe(1);
  const withEndings = lastLetters([...train, ...labelled('karin kathrin', 0), ...labelled('jan stefan', 1)]);
  expect(withEndings('iwan')).toBe(1);
  expect(withEndings('catrin')).toBe(0);
});
