import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { Alphabet, toBatch } from './batch.ts';

it('puts names side by side as numbers, 0 past their end, 1 for what no training name has', () => {
  const alphabet = new Alphabet(['ab', 'ca']);
  expect(alphabet.size).toBe(5);
  const { characters, lengths } = toBatch(alphabet, ['abc', 'é']);
  expect(characters.shape).toEqual([3, 2]);
  expect([...characters.dataSync()]).toEqual([2, 1, 3, 0, 4, 0]);
  expect(lengths).toEqual([3, 1]);
  characters.dispose();
});
