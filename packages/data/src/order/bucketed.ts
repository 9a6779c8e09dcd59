import { checkOptions, kind } from '@unroll/backend/checks';
import type { Order } from './order.ts';
import { generatorOf, type Pass } from './pass.ts';
import { shuffledIndices } from './shuffled-indices.ts';

export interface BucketedOptions {
  /**
   * Number of elements that are sorted by length at a time. More elements give less padding; fewer elements give more
   * random batches. A stream is read this far ahead. Default 10,000.
   * A stream is read so far ahead. Default 10,000.
   */
  poolSize?: number | undefined;
  /** Whether the elements of a pool, and the order of the batches, are random. Default true. */
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
 * Puts elements of similar length together, so that batches have little padding. The elements are shuffled, sorted by
 * length within pools and cut into batches, and the batches are shuffled. The pools of a stream are ordered one after
 * another.
 *
 * Batches need `lengthOf` or `lengths` to know the length of an element.
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
        // Every other pool is sorted in falling order, so that a batch across two pools has similar lengths, too.
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
