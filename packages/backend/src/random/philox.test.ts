import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Philox, philox4x32 } from './philox.ts';

describe('philox4x32', () => {
  // Known answers of Random123, the authors' own implementation (kat_vectors).
  it.each([
    [
      [0, 0],
      [0, 0, 0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0xa4093822, 0x299f31d0],
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)('gives the published words for key %j', (key, counter, words) => {
    expect(philox4x32(key, counter)).toEqual(words);
  });
});

describe('Philox', () => {
  it('resumes anywhere from its state', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), fc.nat(50), (seed, skip) => {
        const stream = new Philox(seed);
        for (let i = 0; i < skip; i++) stream.uint32();
        const { position } = stream.state;
        const resumed = new Philox(seed, position);
        const next = () => Array.from({ length: 9 }, () => stream.uint32());
        const expected = next();
        expect(Array.from({ length: 9 }, () => resumed.uint32())).toEqual(expected);
      }),
    );
  });

  it('draws uniform and normal numbers of the right mean and variance', () => {
    const stream = new Philox(7);
    const moments = (draw: () => number) => {
      const values = Array.from({ length: 100_000 }, draw);
      const mean = values.reduce((a, b) => a + b) / values.length;
      return [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length];
    };
    const [uniformMean, uniformVariance] = moments(() => stream.uniform());
    expect(uniformMean).toBeCloseTo(1 / 2, 2);
    expect(uniformVariance).toBeCloseTo(1 / 12, 2);
    const [normalMean, normalVariance] = moments(() => stream.normal());
    expect(normalMean).toBeCloseTo(0, 1);
    expect(normalVariance).toBeCloseTo(1, 1);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %d as a seed', (seed) => {
    expect(() => new Philox(seed)).toThrow(`Philox: seed is ${seed}; expected an integer in 0…`);
  });
});
