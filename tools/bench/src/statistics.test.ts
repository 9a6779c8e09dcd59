import fc from 'fast-check';
import { expect, it } from 'vitest';
import { summarise } from './statistics.ts';

it('gives numpy’s median and quartiles', () => {
  expect(summarise([4, 1, 3, 2])).toEqual({ median: 2.5, quartiles: [1.75, 3.25], runs: 4 });
  expect(summarise([7])).toEqual({ median: 7, quartiles: [7, 7], runs: 1 });
});

it('orders the quartiles around the median', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (times) => {
      const { median, quartiles } = summarise(times);
      expect(quartiles[0]).toBeLessThanOrEqual(median);
      expect(median).toBeLessThanOrEqual(quartiles[1]);
    }),
  );
});

it('throws for an empty list of times', () => {
  expect(() => summarise([])).toThrow('summarise: milliseconds is empty');
});
