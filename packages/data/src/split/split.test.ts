import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { countStream } from '../../test/count-stream.ts';
import type { Dataset } from '../dataset/index.ts';
import { splitByHash, splitByLists, splitByRatio } from './index.ts';

const elementsOf = <T>(dataset: Dataset<T>): T[] =>
  Array.from({ length: dataset.length }, (_, index) => dataset.get(index) as T);
const numbers = (length: number) => Array.from({ length }, (_, index) => index);

describe('a split by ratio', () => {
  it('puts each element in one part, and each part has its share to within one element', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }),
        (length, shares) => {
          const total = shares.reduce((sum, share) => sum + share, 0);
          fc.pre(total > 0);
          const ratios = Object.fromEntries(shares.map((share, part) => [`part${part}`, share / total]));
          const parts = splitByRatio(numbers(length), ratios, { seed: 3 });
          expect(
            Object.values(parts)
              .flatMap(elementsOf)
              .sort((a, b) => a - b),
          ).toEqual(numbers(length));
          for (const [name, ratio] of Object.entries(ratios)) {
            expect(Math.abs(parts[name]!.length - ratio * length)).toBeLessThan(1);
          }
        },
      ),
    );
  });

  it('is the same for the same seed, and differs for another', () => {
    const train = (seed: number) =>
      elementsOf(splitByRatio(numbers(50), { train: 0.5, test: 0.5 }, { seed }).train);
    expect(train(1)).toEqual(train(1));
    expect(train(1)).not.toEqual(train(2));
    expect(train(1)).not.toEqual([...train(1)].sort((a, b) => a - b));
  });

  it('keeps a series in order when asked to', () => {
    const { past, future } = splitByRatio(numbers(5), { past: 0.6, future: 0.4 }, { shuffle: false });
    expect([elementsOf(past), elementsOf(future)]).toEqual([
      [0, 1, 2],
      [3, 4],
    ]);
  });

  it('throws for shares that do not add up to 1', () => {
    expect(() => splitByRatio([], { train: 0.8, test: 0.1 })).toThrow(
      /^splitByRatio: ratios are 0\.9\d* together; expected 1$/,
    );
  });
});

describe('a split by hash', () => {
  const byHash = (length: number, salt = '') =>
    splitByHash(numbers(length), (n) => `key ${n}`, { train: 0.8, test: 0.2 }, { salt });

  it('has about the given shares', async () => {
    const { train, test } = await byHash(5000);
    expect(train.length + test.length).toBe(5000);
    expect(test.length / 5000).toBeCloseTo(0.2, 1);
  });

  it('keeps elements in their parts when others are added', async () => {
    const before = elementsOf((await byHash(100)).test);
    const after = elementsOf((await byHash(200)).test);
    expect(after.filter((n) => n < 100)).toEqual(before);
    expect(elementsOf((await byHash(100, 'another')).test)).not.toEqual(before);
  });

  it('keeps elements with the same key together, and splits streams like data sets', async () => {
    const key = (n: number) => String(n % 7);
    const ratios = { train: 0.5, test: 0.5 };
    const datasets = await splitByHash(numbers(70), key, ratios);
    const streams = splitByHash(countStream(70), key, ratios);
    for (const part of ['train', 'test'] as const) {
      expect(await Array.fromAsync(streams[part])).toEqual(elementsOf(datasets[part]));
    }
    const keys = new Set(elementsOf(datasets.train).map(key));
    expect(elementsOf(datasets.test).some((n) => keys.has(key(n)))).toBe(false);
  });

  it('warns when a part gets nothing because there are few keys', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    await splitByHash(numbers(50), () => 'one speaker', { train: 0.8, test: 0.2 });
    expect(warn.mock.calls[0]![0]).toMatch(
      /^splitByHash: part (train|test) has no element, as too few keys differ/,
    );
    await splitByHash([], String, { train: 0.8, test: 0.2 });
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  it('uses the documented hash', async () => {
    // FNV-1a of 'a' is e40c292c. Mixed by fmix32 it is 1a80b1b3, the fraction 0.10353.
    const { low } = await splitByHash(['a'], (text) => text, { low: 0.1036, high: 0.8964 });
    const { high } = await splitByHash(['a'], (text) => text, { low: 0.1035, high: 0.8965 });
    expect([low.length, high.length]).toEqual([1, 1]);
  });

  it('throws for a key that is not a string', async () => {
    await expect(splitByHash([1], (n) => n as never, { all: 1 })).rejects.toThrow(
      'splitByHash: key gave 1; expected a string',
    );
  });
});

describe('a split by lists', () => {
  const files = ['a.wav', 'b.wav', 'c.wav'];
  const name = (file: string) => file;

  it('follows the lists, and puts the other elements in the part of `rest`', async () => {
    const { train, test } = await splitByLists(files, name, { test: ['b.wav'] }, { rest: 'train' });
    expect([elementsOf(train), elementsOf(test)]).toEqual([['a.wav', 'c.wav'], ['b.wav']]);
  });

  it('throws instead of dropping elements silently', async () => {
    await expect(splitByLists(files, name, { train: ['a.wav'], test: ['b.wav'] })).rejects.toThrow(
      "splitByLists: lists name no part for 'c.wav'; expected each element in one of them, or the option rest",
    );
    const missing = splitByLists(files, name, { test: ['b.wav', 'd.wav'] }, { rest: 'train' });
    await expect(missing).rejects.toThrow("splitByLists: lists name 1 keys that no element has ('d.wav')");
    expect(() => splitByLists(files, name, { train: files, test: ['a.wav'] })).toThrow(
      "splitByLists: lists name 'a.wav' in train and in test; expected one",
    );
  });

  it('does not treat a string as a list of its letters', () => {
    expect(() => splitByLists(files, name, { test: 'ab' }, { rest: 'train' })).toThrow(
      "splitByLists: lists has 'ab' for test; expected an array of keys",
    );
    expect(() => splitByLists(files, name, { test: 5 as never })).toThrow(
      'splitByLists: lists has 5 for test',
    );
  });

  it('accepts a part of a corpus when asked to, and streams', async () => {
    const options = { rest: 'train', allowMissing: true } as const;
    const { test } = await splitByLists(files, name, { test: ['b.wav', 'd.wav'] }, options);
    expect(elementsOf(test)).toEqual(['b.wav']);
    const streams = splitByLists(countStream(4), String, { test: ['2'] }, { rest: 'train' });
    expect(await Array.fromAsync(streams.train)).toEqual([0, 1, 3]);
    expect(await Array.fromAsync(streams.test)).toEqual([2]);
  });
});
