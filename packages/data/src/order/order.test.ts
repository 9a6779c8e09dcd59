import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countStream, cutAndResumed } from '../../test/count-stream.ts';
import { numbers, sorted } from '../../test/elements.ts';
import { stream } from '../dataset/stream.ts';
import { bucketed, type Order, sequential, shuffleBuffer, shuffled, weighted } from './index.ts';

const first = { epoch: 0, pool: 0 };

const permutations: Readonly<Record<string, Order>> = {
  sequential: sequential(),
  shuffled: shuffled({ seed: 1 }),
  bucketed: bucketed({ seed: 1, poolSize: 8 }),
  'weighted without replacement': weighted({ weights: numbers(20).map((n) => n + 1), replacement: false }),
};

describe.each(Object.entries(permutations))('the order %s', (name, order) => {
  const lengths = numbers(20).map((n) => (n * 7) % 5);
  const indices = (epoch: number) => order.indices(20, { epoch, pool: 0 }, lengths);

  it('gives each element once', () => {
    expect(sorted(indices(0))).toEqual(numbers(20));
  });

  it('is determined by seed and epoch', () => {
    expect(indices(1)).toEqual(indices(1));
    if (name === 'sequential') expect(indices(1)).toEqual(indices(0));
    else expect(indices(1)).not.toEqual(indices(0));
  });
});

it('shuffled draws every permutation equally often', () => {
  const counts = new Map<string, number>();
  for (let epoch = 0; epoch < 6000; epoch++) {
    const drawn = shuffled().indices(3, { epoch, pool: 0 }).join('');
    counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
  }
  expect(counts.size).toBe(6);
  // The expected count is 1,000 each; allow five standard deviations.
  for (const count of counts.values())
    expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(6000 * (1 / 6) * (5 / 6)));
});

describe('weighted', () => {
  it('draws elements as often as their weights require', () => {
    const order = weighted({ weights: [1, 0, 3], numSamples: 8000 });
    const drawn = order.indices(3, first);
    const share = (element: number) => drawn.filter((index) => index === element).length / 8000;
    expect(share(0)).toBeCloseTo(0.25, 1);
    expect(share(1)).toBe(0);
    expect(share(2)).toBeCloseTo(0.75, 1);
  });

  it('draws heavy elements first without replacement', () => {
    const heavyFirst = numbers(2000).filter((epoch) => {
      const order = weighted({ weights: [1, 3], replacement: false });
      return order.indices(2, { epoch, pool: 0 })[0] === 1;
    });
    expect(heavyFirst.length / 2000).toBeCloseTo(0.75, 1);
  });

  it.each([
    [{ weights: [1, -1] }, 'weighted: weights has -1 at 1; expected numbers of at least 0'],
    [{ weights: [1, Number.NaN] }, 'weighted: weights has NaN at 1; expected numbers of at least 0'],
    [{ weights: [0, 0] }, 'weighted: weights has no weight over 0; expected at least one'],
    [
      { weights: [1, 0], numSamples: 2, replacement: false },
      'weighted: numSamples is 2; without replacement no more can be drawn than the 1 that have a weight',
    ],
  ])('throws for %j', (options, message) => {
    expect(() => weighted(options)).toThrow(message);
  });

  it('throws for a data set of another size', () => {
    expect(() => weighted({ weights: [1] }).indices(2, first)).toThrow(
      'weighted: weights are 1; the data set has 2 elements',
    );
  });
});

describe('bucketed', () => {
  const lengths = numbers(1000).map((n) => (n * 7919) % 97);

  it('puts elements of similar length together, in pools', () => {
    const indices = bucketed({ poolSize: 250 }).indices(1000, first, lengths);
    const jumps = Array.from(indices.subarray(1), (index, place) =>
      Math.abs(lengths[index]! - lengths[indices[place]!]!),
    );
    expect(Math.max(...jumps)).toBeLessThan(10);
  });

  it('has the longest elements last and is not random without shuffle', () => {
    const order = bucketed({ shuffle: false });
    expect(order.arrange).toBeUndefined();
    expect(Array.from(order.indices(4, first, [3, 1, 2, 1]))).toEqual([1, 3, 2, 0]);
  });
});

describe('shuffleBuffer', () => {
  const shuffledStream = (length: number, size: number, epoch = 0) =>
    stream((from) => shuffleBuffer({ size, seed: 5 }).read(countStream(length), epoch, from));

  it('gives each element once, in another order in each epoch', async () => {
    const epochs = await Promise.all([0, 1].map((epoch) => Array.fromAsync(shuffledStream(50, 10, epoch))));
    for (const elements of epochs) expect(sorted(elements)).toEqual(numbers(50));
    expect(epochs[0]).not.toEqual(epochs[1]);
    expect(epochs[0]).not.toEqual(numbers(50));
  });

  it('shuffles only within the buffer', async () => {
    const elements = await Array.fromAsync(shuffledStream(200, 10));
    for (const [place, element] of elements.entries()) expect(element - place).toBeLessThan(10);
    expect(await Array.fromAsync(shuffledStream(20, 1))).toEqual(numbers(20));
  });

  it('continues exactly from a state, wherever it was saved', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(30),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(32),
        async (length, size, taken) => {
          const whole = await Array.fromAsync(shuffledStream(length, size));
          expect(await cutAndResumed(shuffledStream(length, size), taken)).toEqual(whole);
        },
      ),
    );
  });

  it('continues from a state that was saved by a resumed reading before it read anything', async () => {
    const source = shuffledStream(20, 5);
    const reading = source.open();
    for (let i = 0; i < 7; i++) await reading.next();
    const state = reading.state();
    expect(source.open(state).state()).toEqual(state);
  });
});
