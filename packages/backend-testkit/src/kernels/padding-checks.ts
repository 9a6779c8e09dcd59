import type { Tensor1D } from '@tensorflow/tfjs-core';
import { zeroPadding } from '@unroll/backend/operations';
import fc from 'fast-check';
import { type Check, checksOf, type Subject } from '../check.ts';
import { evaluate, gradientsOf, type Operation } from '../evaluate.ts';
import { expectClose } from '../expectations.ts';
import { draw, type HostTensor, int32, sizeOf } from '../host-tensor.ts';

export const paddingOperation: Operation = ({ x, lengths }) => ({ y: zeroPadding(x!, lengths as Tensor1D) });

/** Sets the elements past each row's end to another value; `tensor` is `[T, N, …]`. */
export function withPadding(tensor: HostTensor, lengths: readonly number[], padding: number): HostTensor {
  const [, rows, ...rest] = tensor.shape as [number, number, ...number[]];
  const width = sizeOf(rest);
  const values = Float32Array.from(tensor.values, (value, i) => {
    const row = Math.floor(i / width) % rows;
    const step = Math.floor(i / width / rows);
    return step < lengths[row]! ? value : padding;
  });
  return { ...tensor, values };
}

const anyCase = fc
  .record({
    steps: fc.integer({ min: 1, max: 9 }),
    rows: fc.integer({ min: 1, max: 6 }),
    rest: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 2 }),
  })
  .chain(({ steps, rows, rest }) =>
    fc.record({
      shape: fc.constant([steps, rows, ...rest]),
      lengths: fc.array(fc.integer({ min: 0, max: steps }), { minLength: rows, maxLength: rows }),
    }),
  );

/** Compares zero padding with its definition. */
export function paddingChecks({ backend }: Subject): Check[] {
  return checksOf('zeroPadding', {
    'puts 0 past each row’s end, whatever stood there, and leaves the rest, for any shape': () =>
      fc.assert(
        fc.asyncProperty(anyCase, async ({ shape, lengths }) => {
          const x = draw('x', shape);
          const inputs = {
            x: withPadding(x, lengths, Number.NaN),
            lengths: int32([lengths.length], lengths),
          };
          expectClose(
            await evaluate(backend, inputs, paddingOperation),
            { y: withPadding(x, lengths, 0) },
            0,
          );
        }),
        { numRuns: 40, seed: 1 },
      ),

    'passes no gradient past a row’s end, and all of it before': async () => {
      const lengths = [4, 0, 2];
      const inputs = { x: draw('x', [4, 3, 5]), lengths: int32([3], lengths) };
      const dy = draw('padding/functional/y', [4, 3, 5]);
      const gradients = gradientsOf(paddingOperation, ['x'], 'padding');
      expectClose(await evaluate(backend, inputs, gradients), { x: withPadding(dy, lengths, 0) }, 0);
    },
  });
}
