import { expect, it } from 'vitest';
import { answersTogether, Unanswerable } from './answers-together.ts';

it('answers all questions at once, in the order of their lines, with reasons where there is no answer', async () => {
  const calls: number[] = [];
  const read = (line: string) => {
    if (line === 'nothing') return undefined;
    return line.startsWith('?') ? new Unanswerable(`${line}: that is no question`) : { line };
  };
  const answer = async (questions: readonly { line: string }[]) => {
    calls.push(questions.length);
    return questions.map(({ line }) => line.toUpperCase());
  };
  expect(await answersTogether([' a ', '', '?', 'nothing', 'b'], read, answer)).toEqual([
    ['  A'],
    [],
    ['  ?: that is no question'],
    [],
    ['  B'],
  ]);
  expect(calls).toEqual([2]);
  expect(await answersTogether([' '], read, answer)).toEqual([[]]);
  expect(calls).toEqual([2]);
});
