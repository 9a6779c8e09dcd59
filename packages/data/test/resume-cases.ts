import type { Batches } from '../src/batches/batch-iteration.ts';
import { batches } from '../src/batches/batches.ts';
import { map } from '../src/dataset/map.ts';
import { bucketed } from '../src/order/bucketed.ts';
import { sequential } from '../src/order/sequential.ts';
import { shuffleBuffer } from '../src/order/shuffle-buffer.ts';
import { shuffled } from '../src/order/shuffled.ts';
import { weighted } from '../src/order/weighted.ts';
import { countStream } from './count-stream.ts';
import { lengthOf, numbers } from './elements.ts';

const LENGTH = 53;
const elements = numbers(LENGTH);
const later = map(elements, async (element) => element);

type Make = (prefetch: number) => Batches<number[]>;

/** Every order, by rows and by tokens, of data sets and of streams. */
export const cases: Readonly<Record<string, Make>> = {
  sequential: (prefetch) => batches(elements, { batchSize: 4, prefetch, order: sequential() }),
  shuffled: (prefetch) => batches(later, { batchSize: 4, prefetch, order: shuffled({ seed: 9 }) }),
  weighted: (prefetch) =>
    batches(elements, {
      batchSize: 4,
      prefetch,
      order: weighted({ weights: elements.map(lengthOf), seed: 9 }),
    }),
  bucketed: (prefetch) =>
    batches(later, { batchSize: 4, prefetch, lengthOf, order: bucketed({ poolSize: 20, seed: 9 }) }),
  'bucketed, by tokens': (prefetch) =>
    batches(elements, { maxTokens: 20, prefetch, lengthOf, order: bucketed({ poolSize: 20, seed: 9 }) }),
  'a stream': (prefetch) => batches(countStream(LENGTH), { batchSize: 4, prefetch }),
  'a stream, by tokens': (prefetch) => batches(countStream(LENGTH), { maxTokens: 20, lengthOf, prefetch }),
  'a stream, shuffled in a buffer': (prefetch) =>
    batches(countStream(LENGTH), { batchSize: 4, prefetch, order: shuffleBuffer({ size: 16, seed: 9 }) }),
  'a stream, shuffled in a buffer, by tokens': (prefetch) =>
    batches(countStream(LENGTH), {
      maxTokens: 20,
      lengthOf,
      prefetch,
      order: shuffleBuffer({ size: 16, seed: 9 }),
    }),
  'a stream, bucketed': (prefetch) =>
    batches(countStream(LENGTH), {
      batchSize: 4,
      prefetch,
      lengthOf,
      order: bucketed({ poolSize: 16, seed: 9 }),
    }),
  'a stream, bucketed, by tokens': (prefetch) =>
    batches(countStream(LENGTH), {
      maxTokens: 20,
      prefetch,
      lengthOf,
      order: bucketed({ poolSize: 16, seed: 9 }),
    }),
};

export const makeBatches = (name: string, prefetch: number): Batches<number[]> => cases[name]!(prefetch);
