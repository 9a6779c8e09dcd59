import fc from 'fast-check';
import { expect, it } from 'vitest';
import { split } from './split.ts';

it('puts every item on one side alone, and the asked fraction on the held-out one', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string()),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
      (items, fraction, seed) => {
        const { train, heldOut } = split(items, fraction, seed);
        expect([...train, ...heldOut].sort()).toEqual([...items].sort());
        expect(heldOut.length).toBe(Math.round(items.length * fraction));
      },
    ),
  );
});

it('is the same for the same seed, and another for another', () => {
  const items = Array.from({ length: 50 }, (_, i) => i);
  expect(split(items, 0.2, 3)).toEqual(split(items, 0.2, 3));
  expect(split(items, 0.2, 3).heldOut).not.toEqual(split(items, 0.2, 4).heldOut);
});
