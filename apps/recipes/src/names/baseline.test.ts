import { expect, it } from 'vitest';
import { accuracyOf, lastLetters, majority } from './baseline.ts';

const labelled = (names: string, label: number) => names.split(' ').map((name) => ({ name, label }));
const train = [...labelled('anna maria carla', 0), ...labelled('otto bruno', 1)];

it('the majority class is that of most names, whatever is asked', () => {
  expect(majority(train)('otto')).toBe(0);
  expect(accuracyOf(majority(train), train)).toBeCloseTo(3 / 5);
});

it('naive Bayes goes by the endings, by the longer ones where the last letter does not tell', () => {
  const predict = lastLetters(train);
  expect(predict('paola')).toBe(0);
  expect(predict('marco')).toBe(1);
  const withEndings = lastLetters([...train, ...labelled('karin kathrin', 0), ...labelled('jan stefan', 1)]);
  expect(withEndings('iwan')).toBe(1);
  expect(withEndings('catrin')).toBe(0);
});
