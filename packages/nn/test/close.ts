import type { Tensor } from '@tensorflow/tfjs-core';
import { largestDistance } from '@unroll/backend-testkit/torch';
import { expect } from 'vitest';

type Nested = number | readonly Nested[];

const flat = (numbers: Nested): number[] => [numbers].flat(Infinity as 10) as number[];

/** Expects a tensor's numbers to differ from these by less than `tolerance`. */
export async function expectClose(
  actual: Tensor,
  expected: Nested | Tensor,
  tolerance = 1e-5,
): Promise<void> {
  const wanted =
    typeof expected === 'object' && 'dataId' in expected ? await expected.data() : flat(expected);
  expect(largestDistance(await actual.data(), wanted)).toBeLessThan(tolerance);
}
