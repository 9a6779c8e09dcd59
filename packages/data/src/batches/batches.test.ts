import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countStream } from '../../test/count-stream.ts';
import { inMemory, map, streamOf } from '../dataset/index.ts';
import { bucketed, type Order, sequential, shuffleBuffer, shuffled, weighted } from '../order/index.ts';
import type { Batches } from './batch-iteration.ts';
import { batches } from './batches.ts';

const numbers = (length: number) => Array.from({ length }, (_, index) => index);
const sorted = (elements: readonly number[]) => [...elements].sort((a, b) => a - b);
/** Between 1 and 9 */
const lengthOf = (element: number) => ((element * 7) % 9) + 1;

async function epoch<B>(from: Batches<B>): Promise<B[]> {
  return Array.fromAsync(from);
}

describe('batches of a data set', () => {
  it('have so many elements each, the last what is left', async () => {
    expect(await epoch(batches(numbers(5), { batchSize: 2 }))).toEqual([[0, 1], [2, 3], [4]]);
    expect(await epoch(batches(numbers(5), { batchSize: 2, dropLast: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(await epoch(batches<number>([], { batchSize: 2 }))).toEqual([]);
  });

  it('have so many tokens at most, padding among them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(60),
        fc.integer({ min: 9, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (length, maxTokens, batchSize) => {
          for (const order of [shuffled(), bucketed({ poolSize: 10 })]) {
            const all = await epoch(batches(numbers(length), { maxTokens, batchSize, lengthOf, order }));
            expect(sorted(all.flat())).toEqual(numbers(length));
            for (const batch of all) {
              expect(batch.length).toBeLessThanOrEqual(batchSize);
              expect(batch.length * Math.max(...batch.map(lengthOf))).toBeLessThanOrEqual(maxTokens);
            }
          }
        },
      ),
    );
  });

  it('are no smaller than they need be', async () => {
    const lengths = [3, 3, 3, 1, 1, 1, 1, 1, 1, 9];
    expect(await epoch(batches(numbers(10), { maxTokens: 9, lengths }))).toEqual([
      [0, 1, 2],
      [3, 4, 5, 6, 7, 8],
      [9],
    ]);
  });

  it('have little padding where they are bucketed', async () => {
    const padding = async (order: Order) => {
      const all = await epoch(batches(numbers(1000), { batchSize: 20, order, lengthOf }));
      const padded = all.reduce((total, batch) => total + batch.length * Math.max(...batch.map(lengthOf)), 0);
      return padded / numbers(1000).reduce((total, element) => total + lengthOf(element), 0) - 1;
    };
    expect(await padding(shuffled())).toBeGreaterThan(0.5);
    expect(await padding(bucketed())).toBeLessThan(0.05);
  });

  it('say how many an epoch has', async () => {
    expect(await batches(numbers(5), { batchSize: 2 }).count()).toBe(3);
    const byTokens = batches(numbers(50), { maxTokens: 30, lengthOf, order: bucketed() });
    for (let i = 0; i < 3; i++) {
      const expected = await byTokens.count();
      expect(await epoch(byTokens)).toHaveLength(expected);
    }
  });

  it('come in another order each epoch, the same for the same seed', async () => {
    const options = { batchSize: 3, order: shuffled({ seed: 2 }) };
    const [a, b] = [batches(numbers(9), options), batches(numbers(9), options)];
    const first = await epoch(a);
    expect(a.epoch).toBe(1);
    expect(await epoch(a)).not.toEqual(first);
    expect(await epoch(b)).toEqual(first);
  });

  it('are what the collate function makes, one at a time', async () => {
    const sums = batches(numbers(4), { batchSize: 2, collate: async ([a, b]) => a! + b! });
    expect(await epoch(sums)).toEqual([1, 5]);
  });

  it('are read ahead where that is asked for, and no farther', async () => {
    const asked: number[] = [];
    const files = {
      length: 10,
      get: async (index: number) => {
        asked.push(index);
        return index;
      },
    };
    for (const [prefetch, expected] of [
      [0, [0, 1]],
      [2, [0, 1, 2, 3, 4, 5]],
    ] as const) {
      asked.length = 0;
      for await (const _ of batches(files, { batchSize: 2, prefetch })) break;
      expect(asked).toEqual(expected);
    }
  });

  it('go on with the next epoch after a loop that was left early', async () => {
    const all = batches(numbers(6), { batchSize: 2 });
    for await (const _ of all) break;
    expect(all.epoch).toBe(0);
    expect(await epoch(all)).toHaveLength(3);
    expect(all.epoch).toBe(2);
  });

  it('refuse a loop that goes on after another began', async () => {
    const all = batches(numbers(6), { batchSize: 2 });
    const loop = all[Symbol.asyncIterator]();
    await loop.next();
    await epoch(all);
    await expect(loop.next()).rejects.toThrow('batches: another loop over these batches began');
  });

  it('pass on what an element’s error says, and stand where they stood', async () => {
    const failing = map(inMemory(numbers(6)), (element) => {
      if (element === 3) throw new Error('no 3');
      return element;
    });
    for (const prefetch of [0, 3]) {
      const all = batches(failing, { batchSize: 2, prefetch });
      const given: number[][] = [];
      const loop = async () => {
        for await (const batch of all) given.push(batch);
      };
      await expect(loop()).rejects.toThrow('no 3');
      expect(given).toEqual([[0, 1]]);
      expect(all.state()).toMatchObject({ epoch: 0, place: 1 });
    }
  });
});

describe('batches of a stream', () => {
  it('are those of the same elements in memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(40),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (length, batchSize, dropLast) => {
          const options = { batchSize, dropLast };
          expect(await epoch(batches(countStream(length), options))).toEqual(
            await epoch(batches(numbers(length), options)),
          );
          const byTokens = { maxTokens: 20, lengthOf };
          expect(await epoch(batches(countStream(length), byTokens))).toEqual(
            await epoch(batches(numbers(length), byTokens)),
          );
        },
      ),
    );
  });

  it('are whole where a bucketed order sorts pools that the batch size does not divide', async () => {
    const order = bucketed({ poolSize: 10 });
    const all = await epoch(batches(countStream(100), { batchSize: 4, order, lengthOf }));
    expect(all.every((batch) => batch.length === 4)).toBe(true);
    expect(sorted(all.flat())).toEqual(numbers(100));
  });

  it('read no element more than a full batch needs', async () => {
    let read = 0;
    const counted = map(countStream(10), (element) => {
      read++;
      return element;
    });
    for await (const _ of batches(counted, { batchSize: 3 })) break;
    expect(read).toBe(3);
  });

  it('are read ahead where that is asked for', async () => {
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

  it('have another chance in each pool that is bucketed', async () => {
    const order = bucketed({ poolSize: 30 });
    const all = await epoch(batches(countStream(60), { batchSize: 1, order, lengthOf: () => 1 }));
    const pool = (first: number) => all.slice(first, first + 30).map(([element]) => element! % 30);
    expect(pool(0)).not.toEqual(pool(30));
  });

  it('let go of the stream when a loop is left early', async () => {
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

describe('batches', () => {
  const data = numbers(4);
  it.each([
    [
      'a limit left out',
      () => batches(data, {}),
      'batches: batchSize and maxTokens are left out; expected at least one of them',
    ],
    [
      'dropLast by tokens',
      () => batches(data, { maxTokens: 9, lengthOf, dropLast: true }),
      'batches: dropLast is set; expected batchSize without maxTokens',
    ],
    [
      'tokens without lengths',
      () => batches(data, { maxTokens: 9 }),
      'batches: maxTokens is 9, and lengthOf is left out',
    ],
    [
      'buckets without lengths',
      () => batches(data, { batchSize: 2, order: bucketed() }),
      "batches: order is 'bucketed', and lengthOf is left out",
    ],
    [
      'too few lengths',
      () => batches(data, { batchSize: 2, lengths: [1] }),
      'batches: lengths are 1; the data set has 4 elements',
    ],
    [
      'a stream’s order for a data set',
      () => batches(data, { batchSize: 2, order: shuffleBuffer() as never }),
      "batches: order is 'shuffleBuffer', which does not order a data set; expected sequential, shuffled, weighted or bucketed",
    ],
    [
      'a data set’s order for a stream',
      () => batches(countStream(4), { batchSize: 2, order: shuffled() as never }),
      "batches: order is 'shuffled', which does not order a stream; expected sequential, shuffleBuffer or bucketed",
    ],
    [
      'an unknown option',
      () => batches(data, { batchsize: 2 } as never),
      "batches: there is no option 'batchsize'; did you mean batchSize?",
    ],
    [
      'no data',
      () => batches(undefined as never, { batchSize: 2 }),
      'batches: dataset is undefined; expected an array or a data set',
    ],
  ])('refuse %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('refuse an element that no batch has room for, and lengths that are none', async () => {
    await expect(epoch(batches([1, 2], { maxTokens: 5, lengthOf: () => 7 }))).rejects.toThrow(
      'batches: maxTokens is 5; element 0 alone has 7: truncate or filter such elements first',
    );
    await expect(epoch(batches(['a'], { maxTokens: 5, lengthOf: () => Number.NaN }))).rejects.toThrow(
      'batches: lengthOf gave NaN for element 0; expected a whole number of at least 0',
    );
  });
});

it('weighted batches are as long as the samples', async () => {
  const order = weighted({ weights: [1, 1, 1, 9], numSamples: 10 });
  expect((await epoch(batches(numbers(4), { batchSize: 4, order }))).map(({ length }) => length)).toEqual([
    4, 4, 2,
  ]);
  expect(await epoch(batches(numbers(4), { batchSize: 4, order: sequential() }))).toEqual([numbers(4)]);
});
