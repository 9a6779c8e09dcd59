import { expect, it } from 'vitest';
import { interpolated, natsOf } from './nats.ts';

it('gives the cross-entropy in nats', () => {
  expect(natsOf([0.5, 0.25].map(Math.log))).toBeCloseTo(1.5 * Math.log(2), 12);
});

it('mixes probabilities, not their logarithms', () => {
  const mixed = interpolated([0.5, 0.1].map(Math.log), [0.1, 0.9].map(Math.log), 0.25);
  expect(mixed.map(Math.exp)).toEqual([0.4, 0.3].map((p) => expect.closeTo(p, 12)));
});

it('gives either model alone at the ends', () => {
  const first = [-1, -2];
  const second = [-3, -0.5];
  const near = (logProbs: number[]) => logProbs.map((logProb) => expect.closeTo(logProb, 12));
  expect(interpolated(first, second, 0)).toEqual(near(first));
  expect(interpolated(first, second, 1)).toEqual(near(second));
});

it('refuses models that have judged different texts', () => {
  expect(() => interpolated([-1], [-1, -2], 0.5)).toThrow('first has 1 tokens, second 2');
});
