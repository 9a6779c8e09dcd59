import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countStream } from '../../test/count-stream.ts';
import { lengthOf, numbers, sorted } from '../../test/elements.ts';
import { inMemory, map } from '../dataset/index.ts';
import { bucketed, type Order, sequential, shuffleBuffer, shuffled, weighted } from '../order/index.ts';
import { batches } from './batches.ts';

describe('batches of a data set', () => {
  it('have batchSize elements each, and the last has the remaining elements', async () => {
    expect(await Array.fromAsync(batches(numbers(5), { batchSize: 2 }))).toEqual([[0, 1], [2, 3], [4]]);
    expect(await Array.fromAsync(batches(numbers(5), { batchSize: 2, dropLast: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(await Array.fromAsync(batches<number>([], { batchSize: 2 }))).toEqual([]);
  });

  it('have at most maxTokens tokens, including padding', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(60),
        fc.integer({ min: 9, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        async (length, maxTokens, batchSize) => {
          for (const order of [shuffled(), bucketed({ poolSize: 10 })]) {
            const all = await Array.fromAsync(
              batches(numbers(length), { maxTokens, batchSize, lengthOf, order }),
            );
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

  it('are as large as the limit allows', async () => {
    const lengths = [3, 3, 3, 1, 1, 1, 1, 1, 1, 9];
    expect(await Array.fromAsync(batches(numbers(10), { maxTokens: 9, lengths }))).toEqual([
      [0, 1, 2],
      [3, 4, 5, 6, 7, 8],
      [9],
    ]);
  });

  it('have little padding in a bucketed order', async () => {
    const padding = async (order: Order) => {
      const all = await Array.fromAsync(batches(numbers(1000), { batchSize: 20, order, lengthOf }));
      const padded = all.reduce((total, batch) => total + batch.length * Math.max(...batch.map(lengthOf)), 0);
      return padded / numbers(1000).reduce((total, element) => total + lengthOf(element), 0) - 1;
    };
    expect(await padding(shuffled())).toBeGreaterThan(0.5);
    expect(await padding(bucketed())).toBeLessThan(0.05);
  });

  it('leave no element out of every epoch when a bucketed order drops the last elements', async () => {
    const elements = numbers(10);
    const all = batches(elements, {
      batchSize: 4,
      dropLast: true,
      order: bucketed(),
      lengthOf: (n) => n + 1,
    });
    const seen = new Set<number>();
    for (let i = 0; i < 40; i++)
      for (const batch of await Array.fromAsync(all)) for (const element of batch) seen.add(element);
    expect(sorted([...seen])).toEqual(elements);
  });

  it('measure the elements again after a data set failed', async () => {
    let failures = 1;
    const flaky = map(numbers(4), (element) => {
      if (element === 2 && failures-- > 0) throw new Error('EIO');
      return element;
    });
    const all = batches(flaky, { batchSize: 2, order: bucketed(), lengthOf });
    await expect(Array.fromAsync(all)).rejects.toThrow('EIO');
    expect(await Array.fromAsync(all)).toHaveLength(2);
  });

  it('count an element without tokens as one token', async () => {
    const all = await Array.fromAsync(batches(numbers(20), { maxTokens: 8, lengthOf: () => 0 }));
    expect(all.map(({ length }) => length)).toEqual([8, 8, 4]);
  });

  it('know their number in an epoch', async () => {
    expect(await batches(numbers(5), { batchSize: 2 }).count()).toBe(3);
    const byTokens = batches(numbers(50), { maxTokens: 30, lengthOf, order: bucketed() });
    for (let i = 0; i < 3; i++) {
      const expected = await byTokens.count();
      expect(await Array.fromAsync(byTokens)).toHaveLength(expected);
    }
  });

  it('come in a different order in each epoch, which the seed determines', async () => {
    const options = { batchSize: 3, order: shuffled({ seed: 2 }) };
    const [a, b] = [batches(numbers(9), options), batches(numbers(9), options)];
    const first = await Array.fromAsync(a);
    expect(a.epoch).toBe(1);
    expect(await Array.fromAsync(a)).not.toEqual(first);
    expect(await Array.fromAsync(b)).toEqual(first);
  });

  it('are the results of the collate function, called once at a time', async () => {
    const sums = batches(numbers(4), { batchSize: 2, collate: async ([a, b]) => a! + b! });
    expect(await Array.fromAsync(sums)).toEqual([1, 5]);
  });

  it('are read ahead when asked for, and no further', async () => {
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

  it('continue with the next epoch after a loop that was left early', async () => {
    const all = batches(numbers(6), { batchSize: 2 });
    for await (const _ of all) break;
    expect(all.epoch).toBe(0);
    expect(await Array.fromAsync(all)).toHaveLength(3);
    expect(all.epoch).toBe(2);
  });

  it('throw in a loop that continues after another began', async () => {
    const all = batches(numbers(6), { batchSize: 2 });
    const loop = all[Symbol.asyncIterator]();
    await loop.next();
    await Array.fromAsync(all);
    await expect(loop.next()).rejects.toThrow('batches: another loop over these batches began');
  });

  it('pass on the error of an element, and keep their position', async () => {
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
      'lengths that are none',
      () => batches(data, { batchSize: 2, lengths: [1, Number.NaN, 1, 1] }),
      'batches: lengths has NaN at 1; expected a whole number of at least 0 for each element',
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
  ])('throw for %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('throw for an element that fits into no batch, and for invalid lengths', async () => {
    await expect(Array.fromAsync(batches([1, 2], { maxTokens: 5, lengthOf: () => 7 }))).rejects.toThrow(
      'batches: maxTokens is 5; element 0 alone has 7: truncate or filter such elements first',
    );
    await expect(
      Array.fromAsync(batches(['a'], { maxTokens: 5, lengthOf: () => Number.NaN })),
    ).rejects.toThrow('batches: lengthOf gave NaN for element 0; expected a whole number of at least 0');
  });
});

it('weighted batches have numSamples elements together', async () => {
  const order = weighted({ weights: [1, 1, 1, 9], numSamples: 10 });
  expect(
    (await Array.fromAsync(batches(numbers(4), { batchSize: 4, order }))).map(({ length }) => length),
  ).toEqual([4, 4, 2]);
  expect(await Array.fromAsync(batches(numbers(4), { batchSize: 4, order: sequential() }))).toEqual([
    numbers(4),
  ]);
});
