import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { countStream, cutAndResumed } from '../../test/count-stream.ts';
import { concatenate, filter, map, type Stream, shard, streamOf, toArray, zip } from './index.ts';

const streams: Readonly<Record<string, () => Stream<unknown>>> = {
  streamOf: () => countStream(9),
  map: () => map(countStream(9), async (element) => element * 2),
  filter: () => filter(countStream(20), (element) => element % 3 === 1),
  concatenate: () => concatenate([countStream(4), countStream(0), countStream(5)]),
  zip: () => zip({ a: countStream(6), b: map(countStream(6), String) }),
  shard: () => shard(countStream(11), { rank: 1, size: 3 }),
  'all of them': () =>
    shard(
      filter(
        concatenate([map(countStream(8), (i) => 10 + i), countStream(15)]),
        (element) => element % 2 === 0,
      ),
      { rank: 0, size: 2 },
    ),
};

describe.each(Object.entries(streams))('a stream by %s', (_, make) => {
  it('continues from a state after any number of elements, also at its end', async () => {
    const whole = await Array.fromAsync(make());
    expect(whole.length).toBeGreaterThan(2);
    for (let taken = 0; taken <= whole.length + 1; taken++) {
      expect(await cutAndResumed(make(), taken)).toEqual(whole);
    }
  });

  it('yields the same elements when it is read again', async () => {
    const stream = make();
    expect(await Array.fromAsync(stream)).toEqual(await Array.fromAsync(stream));
  });

  it('yields nothing more after it was returned', async () => {
    const reading = make().open();
    await reading.next();
    await reading.return();
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a stream', () => {
  it('is concatenated, zipped and sharded like an array', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 4 }),
        async (lengths, size) => {
          const whole = concatenate(lengths.map(countStream));
          const expected = lengths.flatMap((length) => Array.from({ length }, (_, index) => index));
          expect(await Array.fromAsync(whole)).toEqual(expected);
          const shares = await Promise.all(
            Array.from({ length: size }, (_, rank) => Array.fromAsync(shard(whole, { rank, size }))),
          );
          expect(
            shares.map((share, rank) => share.length === expected.filter((_, i) => i % size === rank).length),
          ).not.toContain(false);
        },
      ),
    );
  });

  it('closes its source at the end, after a break and after an error', async () => {
    let open = 0;
    const source = streamOf(function* () {
      open++;
      try {
        yield* [1, 2, 3];
      } finally {
        open--;
      }
    });
    await Array.fromAsync(source);
    expect(open).toBe(0);
    for await (const _ of zip({ a: source, b: map(source, String) })) break;
    expect(open).toBe(0);
    const failing = map(source, () => {
      throw new Error('no');
    });
    await expect(toArray(failing)).rejects.toThrow('no');
    expect(open).toBe(0);
  });

  it('cannot be zipped with a shorter stream', async () => {
    const uneven = zip({ en: countStream(3), de: countStream(2) });
    await expect(Array.fromAsync(uneven)).rejects.toThrow(
      'zip: de ended after 2 elements of this reading, but en goes on',
    );
  });

  it('closes the opened columns when the state of another column is invalid', () => {
    const returned = vi.fn();
    const first: Stream<number> = {
      open: () => ({ ...countStream(1).open(), return: returned }),
      [Symbol.asyncIterator]: () => countStream(1).open(),
    };
    expect(() => zip({ a: first, b: countStream(1) }).open({ a: null, b: 'x' })).toThrow(
      "streamOf: the state is 'x'",
    );
    expect(returned).toHaveBeenCalledOnce();
  });

  it('throws for a value that cannot be iterated', async () => {
    await expect(toArray(streamOf((async () => [1]) as never))).rejects.toThrow(
      'streamOf: iterate gave a Promise; expected what can be iterated',
    );
  });

  it('throws for states of other streams, and names them', async () => {
    expect(() => concatenate([countStream(1)]).open({ taken: 3 })).toThrow(
      'concatenate: part of the state is undefined; expected a whole number from 0 to 0; it was saved by something else',
    );
    expect(() => countStream(1).open('x')).toThrow("streamOf: the state is 'x'; expected one that it saved");
    await expect(countStream(2).open({ taken: 3 }).next()).rejects.toThrow(
      'streamOf: the state is after element 2, but there are only 2 elements now',
    );
  });
});
