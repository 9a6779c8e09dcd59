import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countStream } from '../../test/count-stream.ts';
import { lengthOf, numbers, sorted } from '../../test/elements.ts';
import { map, streamOf } from '../dataset/index.ts';
import { bucketed } from '../order/index.ts';
import { batches } from './batches.ts';

describe('batches of a stream', () => {
  it('equal the batches of the same elements in memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(40),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (length, batchSize, dropLast) => {
          const options = { batchSize, dropLast };
          expect(await Array.fromAsync(batches(countStream(length), options))).toEqual(
            await Array.fromAsync(batches(numbers(length), options)),
          );
          const byTokens = { maxTokens: 20, lengthOf };
          expect(await Array.fromAsync(batches(countStream(length), byTokens))).toEqual(
            await Array.fromAsync(batches(numbers(length), byTokens)),
          );
        },
      ),
    );
  });

  it('are full when a bucketed order sorts pools whose size the batch size does not divide', async () => {
    const order = bucketed({ poolSize: 10 });
    const all = await Array.fromAsync(batches(countStream(100), { batchSize: 4, order, lengthOf }));
    expect(all.every((batch) => batch.length === 4)).toBe(true);
    expect(sorted(all.flat())).toEqual(numbers(100));
  });

  it('read no element beyond a full batch', async () => {
    let read = 0;
    const counted = map(countStream(10), (element) => {
      read++;
      return element;
    });
    for await (const _ of batches(counted, { batchSize: 3 })) break;
    expect(read).toBe(3);
  });

  it('are read ahead when asked for', async () => {
    let read = 0;
    const counted = map(countStream(100), (element) => {
      read++;
      return element;
    });
    const loop = batches(counted, { batchSize: 3, prefetch: 4 })[Symbol.asyncIterator]();
    await loop.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(read).toBe(15);
    await loop.return?.();
  });

  it('have a new random order in each bucketed pool', async () => {
    const order = bucketed({ poolSize: 30 });
    const all = await Array.fromAsync(batches(countStream(60), { batchSize: 1, order, lengthOf: () => 1 }));
    const pool = (first: number) => all.slice(first, first + 30).map(([element]) => element! % 30);
    expect(pool(0)).not.toEqual(pool(30));
  });

  it('end soon when a loop with prefetch is left early', async () => {
    let read = 0;
    const slow = map(countStream(1000), async (element) => {
      read++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      return element;
    });
    const order = bucketed({ poolSize: 100 });
    for await (const _ of batches(slow, { batchSize: 10, prefetch: 20, order, lengthOf })) break;
    expect(read).toBeLessThan(110);
  });

  it('close the stream when a loop is left early', async () => {
    let open = 0;
    const source = streamOf(async function* () {
      open++;
      try {
        yield* numbers(100);
      } finally {
        open--;
      }
    });
    for (const prefetch of [0, 4]) {
      for await (const _ of batches(source, { batchSize: 3, prefetch })) break;
      expect(open).toBe(0);
    }
  });
});
