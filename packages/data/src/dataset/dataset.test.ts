import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countStream } from '../../test/count-stream.ts';
import {
  concatenate,
  type Dataset,
  filter,
  inMemory,
  map,
  shard,
  subset,
  toArray,
  windows,
  zip,
} from './index.ts';

/** A data set with asynchronous elements, like one on a disk. */
const later = <T>(elements: readonly T[]): Dataset<T> => ({
  length: elements.length,
  get: async (index) => elements[index]!,
});

describe('a data set', () => {
  it('is mapped element by element, on request', async () => {
    const asked: number[] = [];
    const doubled = map([1, 2, 3], (element) => {
      asked.push(element);
      return 2 * element;
    });
    expect(doubled.length).toBe(3);
    expect(doubled.get(1)).toBe(4);
    expect(asked).toEqual([2]);
    expect(await toArray(map(later([1, 2]), (element) => -element))).toEqual([-1, -2]);
  });

  it('is filtered with one request per element', async () => {
    const odd = (element: number) => element % 2 === 1;
    expect(await toArray(await filter(later([3, 4, 5]), odd))).toEqual([3, 5]);
    expect((await filter([], odd)).length).toBe(0);
  });

  it('is filtered by an asynchronous function, and keeps the narrowed type', async () => {
    expect(await toArray(await filter([1, 2, 3], async (element) => element > 2))).toEqual([3]);
    const words: (string | undefined)[] = ['a', undefined];
    const there: string[] = await toArray(await filter(words, (word) => word !== undefined));
    expect(there).toEqual(['a']);
  });

  it('is concatenated in order, whatever the lengths', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.integer()), { maxLength: 6 }), async (parts) => {
        expect(await toArray(concatenate<number>(parts))).toEqual(parts.flat());
      }),
    );
  });

  it('is zipped with others of its length', async () => {
    const pairs = zip<{ en: string; de: string }>({ en: ['one', 'two'], de: later(['eins', 'zwei']) });
    expect(await toArray(pairs)).toEqual([
      { en: 'one', de: 'eins' },
      { en: 'two', de: 'zwei' },
    ]);
    expect(() => zip({ en: ['one'], de: [] })).toThrow('zip: columns has 1 elements in en and 0 in de');
  });

  it('is sharded by rank, each element to one rank', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(30), fc.integer({ min: 1, max: 7 }), async (length, size) => {
        const all = Array.from({ length }, (_, index) => index);
        const shares = await Promise.all(
          Array.from({ length: size }, (_, rank) => toArray(shard(all, { rank, size }))),
        );
        expect(shares.flat().sort((a, b) => a - b)).toEqual(all);
      }),
    );
  });

  it('gives each rank the same number of elements when asked for', async () => {
    const shares = (uneven: 'repeat' | 'drop') =>
      Promise.all([0, 1, 2].map((rank) => toArray(shard([0, 1, 2, 3], { rank, size: 3, uneven }))));
    expect(await shares('repeat')).toEqual([
      [0, 3],
      [1, 0],
      [2, 1],
    ]);
    expect(await shares('drop')).toEqual([[0], [1], [2]]);
  });

  it('throws for invalid indices and ranks, and for anything that is not a data set', () => {
    expect(() => inMemory([1]).get(1)).toThrow(
      'inMemory.get: index is 1; expected a whole number in 0…0, as the data set has 1 elements',
    );
    expect(() => subset([1, 2], [0, 2])).toThrow('subset: indices has 2 at 1; expected whole numbers in 0…1');
    expect(() => shard([1], { rank: 2, size: 2 })).toThrow('shard: rank is 2; expected a rank in 0…1');
    expect(() => inMemory(undefined as never)).toThrow('inMemory: elements is undefined; expected an array');
    expect(() => subset([1], undefined as never)).toThrow(
      'subset: indices is undefined; expected an array of indices',
    );
    expect(() => zip({ a: [1], b: null as never })).toThrow(
      'zip: b is null; expected an array or a data set',
    );
    expect(() => map(7 as never, String)).toThrow('map: dataset is 7; expected an array or a data set');
    expect(() => map([1].values() as never, String)).toThrow(
      'map: dataset is iterated, and has no index (streamOf(() => …) makes a stream of it); expected an array or a data set',
    );
    expect(() => concatenate([[1], countStream(1)] as never)).toThrow(
      'concatenate: parts has 1 streams and 1 data sets; expected parts of one kind',
    );
  });
});

describe('the windows of a series', () => {
  it('are followed by their targets', async () => {
    const days = windows([1, 2, 3, 4, 5], { inputLength: 3 });
    expect(await toArray(days)).toEqual([
      { input: [1, 2, 3], target: [4] },
      { input: [2, 3, 4], target: [5] },
    ]);
  });

  it('have each step’s next step as their target, for language models', async () => {
    const characters = windows([...'abcdefg'], {
      inputLength: 3,
      targetLength: 3,
      targetOffset: 1,
      stride: 3,
    });
    expect((await toArray(characters)).map(({ input, target }) => [input.join(''), target.join('')])).toEqual(
      [
        ['abc', 'bcd'],
        ['def', 'efg'],
      ],
    );
  });

  it('are views of a typed array, and never pass its end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          length: fc.integer({ min: 1, max: 40 }),
          inputLength: fc.integer({ min: 1, max: 9 }),
          targetLength: fc.integer({ min: 1, max: 9 }),
          targetOffset: fc.nat(9),
          stride: fc.integer({ min: 1, max: 5 }),
        }),
        async ({ length, ...options }) => {
          const series = Float32Array.from({ length }, (_, index) => index);
          const span = Math.max(options.inputLength, options.targetOffset + options.targetLength);
          fc.pre(span <= length);
          const all = await toArray(windows(series, options));
          expect(all).toHaveLength(Math.floor((length - span) / options.stride) + 1);
          for (const { input, target } of all) {
            expect(input.buffer).toBe(series.buffer);
            expect([input.length, target.length]).toEqual([options.inputLength, options.targetLength]);
            expect(target[0]! - input[0]!).toBe(options.targetOffset);
          }
        },
      ),
    );
  });

  it('throw for a series that is shorter than a window', () => {
    expect(() => windows([1, 2, 3], { inputLength: 3 })).toThrow(
      'windows: series has 3 steps; a window with its target takes 4',
    );
  });
});
