import { Philox } from '@unroll/backend/operations';

/** Which elements are to be ordered: a pass over all of them, or a pool of such a pass. */
export interface Pass {
  /** From 0 */
  readonly epoch: number;
  /** From 0; 0 where the whole epoch is ordered at once */
  readonly pool: number;
}

const POOLS = 2 ** 26;

/** A generator for each pass, whatever was drawn for others. Its elements' order and its batches' order are apart. */
export function generatorOf(
  seed: number,
  { epoch, pool }: Pass,
  of: 'elements' | 'batches' = 'elements',
): Philox {
  const root = new Philox(seed, (epoch * POOLS + pool) * 4 + (of === 'batches' ? 2 : 0));
  return new Philox(root.uint32() + (root.uint32() >>> 11) * 2 ** 32);
}
