import { Philox } from '@unroll/backend/operations';

/** The elements that are ordered together: a pass over all elements, or a pool of such a pass. */
export interface Pass {
  /** From 0 */
  readonly epoch: number;
  /** From 0; 0 when the whole epoch is ordered at once */
  readonly pool: number;
}

const POOLS = 2 ** 26;

/**
 * A random generator for each pass, independent of other passes. The order of elements and the order of batches have
 * separate generators.
 */
export function generatorOf(
  seed: number,
  { epoch, pool }: Pass,
  of: 'elements' | 'batches' = 'elements',
): Philox {
  const root = new Philox(seed, (epoch * POOLS + pool) * 4 + (of === 'batches' ? 2 : 0));
  return new Philox(root.uint32() + (root.uint32() >>> 11) * 2 ** 32);
}
