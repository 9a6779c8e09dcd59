import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { SGD } from '../src/index.ts';

/** An optimizer with one parameter per group, whose rates schedules can move. */
export const sgd = (groups = 1): SGD =>
  new SGD(
    Array.from({ length: groups }, () => ({ params: tf.variable(tf.zeros([1])) })),
    { lr: 0.4, momentum: 0.9 },
  );

/** The rates of all groups. */
export const rates = (optimizer: SGD): number[] => optimizer.paramGroups.map(({ lr }) => lr);

/** Expects the rates that PyTorch printed with six digits. */
export function expectRates(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((lr, i) => {
    expect(Math.abs(lr - expected[i]!)).toBeLessThanOrEqual(1e-5 * expected[i]! + 1e-9);
  });
}
