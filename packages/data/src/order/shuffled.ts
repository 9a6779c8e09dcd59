import { checkOptions, kind } from '@unroll/backend/checks';
import type { Order } from './order.ts';
import { generatorOf } from './pass.ts';
import { shuffledIndices } from './shuffled-indices.ts';

export interface ShuffledOptions {
  /** Determines the order of every epoch. Default 0. */
  seed?: number | undefined;
}

const kinds = { seed: kind.wholeWithin(0, Number.MAX_SAFE_INTEGER) };

/** A random order, different in each epoch, as `torch.utils.data.RandomSampler`. For streams use `shuffleBuffer`. */
export function shuffled(options: ShuffledOptions = {}): Order {
  const { seed = 0 } = checkOptions('shuffled', options, kinds);
  return {
    settings: { order: 'shuffled', seed },
    indices: (length, pass) => shuffledIndices(length, generatorOf(seed, pass)),
  };
}
