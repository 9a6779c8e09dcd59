import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type EmbeddingAttrs, embedding } from '@unroll/backend/operations';
import fc from 'fast-check';
import { type Check, checksOf, type Subject } from '../check.ts';
import { evaluate, gradientsOf, type Operation } from '../evaluate.ts';
import { expectClose } from '../expectations.ts';
import { draw, float32, type HostTensor, int32, sizeOf } from '../host-tensor.ts';
import { kernelOperation } from '../kernel-operation.ts';

export const embeddingOperation =
  (attrs: EmbeddingAttrs): Operation =>
  ({ weight, indices }) => ({ y: embedding(weight as Tensor2D, indices!, attrs) });

const segmentSum = (numSegments: number): Operation => kernelOperation('UnsortedSegmentSum', { numSegments });

/** `y[s] = Σ x[i]` over the `i` with `ids[i] = s`, one number at a time. */
function sumBySegment(x: HostTensor, ids: readonly number[], numSegments: number): HostTensor {
  const shape = [numSegments, ...x.shape.slice(1)];
  const width = sizeOf(x.shape.slice(1));
  const sums = new Array<number>(sizeOf(shape)).fill(0);
  ids.forEach((id, row) => {
    if (id < 0) return;
    for (let i = 0; i < width; i++) sums[id * width + i]! += x.values[row * width + i]!;
  });
  return float32(shape, sums);
}

const anySegments = fc
  .record({
    rows: fc.integer({ min: 1, max: 60 }),
    rest: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 2 }),
    numSegments: fc.integer({ min: 1, max: 20 }),
  })
  .chain(({ rows, rest, numSegments }) =>
    fc.record({
      shape: fc.constant([rows, ...rest]),
      numSegments: fc.constant(numSegments),
      ids: fc.array(fc.integer({ min: -1, max: numSegments - 1 }), { minLength: rows, maxLength: rows }),
    }),
  );

/** Compares embedding, and the sum that is its gradient, with their definitions. */
export function embeddingChecks({ backend, forwardTolerance, gradientTolerance }: Subject): Check[] {
  return checksOf('embedding', {
    'sums rows by segment, for any shape, with repeated, missing and negative segments': () =>
      fc.assert(
        fc.asyncProperty(anySegments, async ({ shape, numSegments, ids }) => {
          const x = draw('x', shape);
          const inputs = { x, segmentIds: int32([ids.length], ids) };
          const y = sumBySegment(x, ids, numSegments);
          expectClose(await evaluate(backend, inputs, segmentSum(numSegments)), { y }, gradientTolerance);
        }),
        { numRuns: 60, seed: 1 },
      ),

    'looks up rows for indices of any shape': async () => {
      const weight = draw('weight', [7, 3]);
      const indices = int32([2, 2, 2], [6, 0, 3, 3, 1, 6, 2, 0]);
      const rows = Array.from(indices.values).flatMap((row) =>
        [0, 1, 2].map((i) => weight.values[row * 3 + i]!),
      );
      expectClose(
        await evaluate(backend, { weight, indices }, embeddingOperation({})),
        { y: float32([2, 2, 2, 3], rows) },
        forwardTolerance,
      );
    },

    'sums the gradients of a row that is looked up more than once': async () => {
      const indices = [2, 2, 0, 4, 2, 0];
      const dy = draw('repeated/functional/y', [6, 3]);
      const gradients = gradientsOf(embeddingOperation({}), ['weight'], 'repeated');
      const inputs = { weight: draw('weight', [5, 3]), indices: int32([6], indices) };
      expectClose(
        await evaluate(backend, inputs, gradients),
        { weight: sumBySegment(dy, indices, 5) },
        gradientTolerance,
      );
    },

    'has no gradient in the padding row': async () => {
      const indices = [1, 3, 1, 0];
      const dy = draw('padding/functional/y', [4, 2]);
      const gradients = gradientsOf(embeddingOperation({ paddingIdx: 1 }), ['weight'], 'padding');
      const inputs = { weight: draw('weight', [4, 2]), indices: int32([4], indices) };
      const counted = indices.map((index) => (index === 1 ? -1 : index));
      expectClose(
        await evaluate(backend, inputs, gradients),
        { weight: sumBySegment(dy, counted, 4) },
        gradientTolerance,
      );
    },
  });
}
