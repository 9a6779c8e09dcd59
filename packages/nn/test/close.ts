import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

type Nested = number | readonly Nested[];

const flat = (numbers: Nested): number[] => [numbers].flat(Infinity as 10) as number[];

/** Expects a tensor's numbers to differ from these by less than `tolerance`. */
export async function expectClose(
  actual: Tensor,
  expected: Nested | Tensor,
  tolerance = 1e-5,
): Promise<void> {
  const values = await actual.data();
  const wanted =
    typeof expected === 'object' && 'dataId' in expected ? [...(await expected.data())] : flat(expected);
  expect(values.length).toBe(wanted.length);
  const worst = wanted.reduce((worst, value, i) => Math.max(worst, Math.abs(values[i]! - value) || 0), 0);
  const missing = wanted.findIndex((value, i) => Number.isNaN(values[i]!) !== Number.isNaN(value));
  expect(missing).toBe(-1);
  expect(worst).toBeLessThan(tolerance);
}
