import { checkOptions, kind } from '@unroll/backend/checks';
import type { Order } from './order.ts';
import { generatorOf } from './pass.ts';
import { shuffledIndices } from './shuffled-indices.ts';

export interface ShuffledOptions {
  /** Decides the order of every epoch. Default 0. */
  seed?: number | undefined;
}

const kinds = { seed: kind.wholeWithin(0, Number.MAX_SAFE_INTEGER) };

/** In an order of chance, another in each epoch, as `torch.utils.data.RandomSampler`. Streams have `shuffleBuffer`. */
export function shuffled(options: ShuffledOptions = {}): Order {
  const { seed = 0 } = checkOptions('shuffled', options, kinds);
  return {
    settings: { order: 'shuffled', seed },
    indices: (length, pass) => shuffledIndices(length, generatorOf(seed, pass)),
  };
}
