/**
 * The distance of a number from the expected one: 0 for two NaN or the same infinity, infinite if only one is finite.
 */
export function distance(actual: number, expected: number): number {
  if (Object.is(actual, expected)) return 0;
  const difference = Math.abs(actual - expected);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}

/** The largest distance between two lists; infinite if their lengths differ. */
export function largestDistance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, distance(actual[i]!, expected[i]!));
  }
  return largest;
}
