import { dropoutMask, type PhiloxDropoutAttrs } from '@unroll/backend/contract';
import { philoxDropout } from '@unroll/backend/operations';
import fc from 'fast-check';
import { type Check, checksOf, type Subject } from '../check.ts';
import { evaluate, gradientsOf, type Operation } from '../evaluate.ts';
import { expectClose } from '../expectations.ts';
import { draw, float32 } from '../host-tensor.ts';

export const dropoutOperation =
  (attrs: PhiloxDropoutAttrs): Operation =>
  ({ x }) => ({ y: philoxDropout(x!, attrs) });

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const anyAttrs: fc.Arbitrary<PhiloxDropoutAttrs> = fc.record({
  p: fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
  seed: fc.tuple(word, word),
  offset: fc.tuple(word, word),
});
const anySize = fc.oneof(fc.constantFrom(1, 3, 4, 5, 1021), fc.integer({ min: 1, max: 300 }));

/** Compares dropout with the mask that the contract's formula draws on the host. */
export function dropoutChecks({ backend, forwardTolerance }: Subject): Check[] {
  return checksOf('philoxDropout', {
    'draws the mask of the contract, for any size, probability, seed and offset': () =>
      fc.assert(
        fc.asyncProperty(anySize, anyAttrs, async (size, attrs) => {
          const x = draw('x', [size]);
          const mask = dropoutMask(size, attrs);
          const y = float32(
            [size],
            Array.from(mask, (factor, i) => factor * x.values[i]!),
          );
          expectClose(await evaluate(backend, { x }, dropoutOperation(attrs)), { y }, forwardTolerance);
        }),
        { numRuns: 80, seed: 1 },
      ),

    'has the mask as its gradient, and keeps any shape': async () => {
      const attrs: PhiloxDropoutAttrs = { p: 0.3, seed: [7, 0], offset: [0, 1] };
      const shape = [3, 5, 2];
      const mask = dropoutMask(30, attrs);
      const dy = draw('mask/functional/y', shape);
      const x = float32(
        shape,
        Array.from(mask, (factor, i) => factor * dy.values[i]!),
      );
      const gradients = gradientsOf(dropoutOperation(attrs), ['x'], 'mask');
      expectClose(await evaluate(backend, { x: draw('x', shape) }, gradients), { x }, forwardTolerance);
    },

    'multiplies by 0 what it drops, so that NaN stays NaN as in PyTorch': async () => {
      const x = float32([6], Array(6).fill(Number.NaN));
      for (const p of [0.5, 1]) {
        const attrs: PhiloxDropoutAttrs = { p, seed: [1, 2], offset: [3, 4] };
        expectClose(await evaluate(backend, { x }, dropoutOperation(attrs)), { y: x }, 0);
      }
    },

    'does not change any element if p is 0, even infinities and NaN': async () => {
      const x = float32([5], [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0.5]);
      const attrs: PhiloxDropoutAttrs = { p: 0, seed: [1, 2], offset: [3, 4] };
      expectClose(await evaluate(backend, { x }, dropoutOperation(attrs)), { y: x }, 0);
    },
  });
}
