import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { fastFactors } from './fast-factors.ts';
import { plainFactors } from './mask.ts';

const fast = fastFactors()!;
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const attrs = fc.record({
  p: fc.oneof(
    fc.constantFrom(0, 0.5, 1 - 2 ** -53),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  ),
  seed: fc.tuple(word, word),
  offset: fc.tuple(word, word),
});

describe('fastFactors', () => {
  it('equals the factors in JavaScript, also where the module’s memory is filled more than once', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(100), fc.integer({ min: 32_000, max: 100_000 })), attrs, (size, given) => {
        const [one, other] = [fast, plainFactors].map((draw) => {
          const into = new Float32Array(size);
          draw(into, given);
          return into;
        });
        expect(one).toEqual(other);
      }),
      { numRuns: 40 },
    );
  });

  it('is undefined where WebAssembly is forbidden, so that JavaScript draws', () => {
    vi.stubGlobal('WebAssembly', undefined);
    try {
      expect(fastFactors()).toBeUndefined();
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
