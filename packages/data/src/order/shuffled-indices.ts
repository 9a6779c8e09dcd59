import type { Philox } from '@unroll/backend/operations';

/** 0…length−1 in random order, by the Fisher–Yates shuffle: Durstenfeld, "Algorithm 235: random permutation" (1964). */
export function shuffledIndices(length: number, random: Philox): Float64Array {
  const indices = Float64Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    const index = indices[last]!;
    indices[last] = indices[other]!;
    indices[other] = index;
  }
  return indices;
}
