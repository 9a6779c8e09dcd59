import { expect, it } from 'vitest';
import { textBatches, tokenBatches } from './training-data.ts';

it('draws the same batches each time, with every length and class', () => {
  const source = { rows: 200, vocabulary: 50, classes: 5 };
  const batches = tokenBatches(source, 3);
  expect(tokenBatches(source, 3)).toEqual(batches);
  const { sequences, labels } = batches[2]!;
  const lengths = sequences.map((sequence) => sequence.length);
  expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([8, 40]);
  expect(new Set(labels)).toEqual(new Set([0, 1, 2, 3, 4]));
  expect(Math.max(...sequences.flat())).toBeLessThan(50);
});

it('draws windows of a text, each with the same text one step later', () => {
  const [batch] = textBatches({ rows: 3, steps: 4, vocabulary: 10 }, 1);
  expect(batch!.tokens).toHaveLength(12);
  expect(batch!.target.slice(0, 9)).toEqual(batch!.tokens.slice(3));
});
