import { checkOptions, kind } from '@unroll/backend/checks';
import type { Order } from './order.ts';
import { generatorOf, type Pass } from './pass.ts';
import { shuffledIndices } from './shuffled-indices.ts';

export interface BucketedOptions {
  /**
   * Elements that are sorted by length at a time. The more, the less padding; the fewer, the more chance in what comes together.
   * A stream is read so far ahead. Default 10,000.
   */
  poolSize?: number | undefined;
  /** Whether chance decides which elements meet in a pool, and in which order the batches come. Default true. */
  shuffle?: boolean | undefined;
  /** Default 0 */
  seed?: number | undefined;
}

const kinds = {
  poolSize: kind.whole(1),
  shuffle: kind.flag,
  seed: kind.wholeWithin(0, Number.MAX_SAFE_INTEGER),
};

/**
 * Elements of like length together, so that batches have little padding: the elements are shuffled, sorted by length within pools,
 * cut into batches, and the batches shuffled. Of a stream each pool is ordered as it comes.
 *
 * Batches need to know how long an element is: `lengthOf` or `lengths`.
 */
export function bucketed(options: BucketedOptions = {}): Order & { readonly poolSize: number } {
  const { poolSize = 10_000, shuffle = true, seed = 0 } = checkOptions('bucketed', options, kinds);
  const order = {
    settings: { order: 'bucketed', poolSize, shuffle, seed },
    needsLengths: true,
    poolSize,
    indices(length: number, pass: Pass, lengths: ArrayLike<number> = [], keep = length): Float64Array {
      const all = shuffle
        ? shuffledIndices(length, generatorOf(seed, pass))
        : Float64Array.from({ length }, (_, index) => index);
      const indices = all.subarray(0, keep);
      for (let start = 0, rising = 1; start < keep; start += poolSize, rising = -rising) {
        // Every other pool falls, so that a batch across two pools has like lengths as well.
        const pool = indices.subarray(start, start + poolSize);
        pool.set(pool.slice().sort((a, b) => rising * (lengths[a]! - lengths[b]!)));
      }
      return indices;
    },
  };
  if (!shuffle) return order;
  return {
    ...order,
    arrange: (batches, pass) => shuffledIndices(batches, generatorOf(seed, pass, 'batches')),
  };
}
