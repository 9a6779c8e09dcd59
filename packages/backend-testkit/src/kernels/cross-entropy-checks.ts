import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { CrossEntropyAttrs } from '@unroll/backend/contract';
import { type CrossEntropyInputs, crossEntropyRows, meanCrossEntropy } from '@unroll/backend/operations';
import fc from 'fast-check';
import { expectSameResults, expectSameWithGradients } from '../agreement.ts';
import { type Check, checksOf, type Subject } from '../check.ts';
import { evaluate, gradientsOf, type Operation } from '../evaluate.ts';
import { expectClose } from '../expectations.ts';
import { draw, float32, type HostTensors, int32 } from '../host-tensor.ts';

const IGNORED = -100;

export const crossEntropyLoss =
  (attrs: Partial<CrossEntropyAttrs>): Operation =>
  (inputs) => ({ loss: crossEntropyRows(inputs as NamedTensorMap & CrossEntropyInputs, attrs).loss });

export const crossEntropyBoth =
  (attrs: Partial<CrossEntropyAttrs>): Operation =>
  (inputs) => ({ ...crossEntropyRows(inputs as NamedTensorMap & CrossEntropyInputs, attrs) });

export const crossEntropyMean =
  (attrs: Partial<CrossEntropyAttrs>): Operation =>
  (inputs) => ({ mean: meanCrossEntropy(inputs as NamedTensorMap & CrossEntropyInputs, attrs) });

const anyCase = fc
  .record({ rows: fc.integer({ min: 1, max: 40 }), classes: fc.integer({ min: 1, max: 40 }) })
  .chain(({ rows, classes }) =>
    fc.record({
      rows: fc.constant(rows),
      classes: fc.constant(classes),
      weighted: fc.boolean(),
      labelSmoothing: fc.constantFrom(0, 0.1, 1),
      target: fc.array(
        fc.oneof(
          { weight: 4, arbitrary: fc.integer({ min: 0, max: classes - 1 }) },
          { weight: 1, arbitrary: fc.constant(IGNORED) },
        ),
        { minLength: rows, maxLength: rows },
      ),
    }),
  );

/** Compares cross-entropy with the portable kernels and with its definition. */
export function crossEntropyChecks(subject: Subject): Check[] {
  return checksOf('crossEntropy', {
    'agrees with the portable kernels over any shape, weights, smoothing and ignored rows': () =>
      fc.assert(
        fc.asyncProperty(anyCase, async ({ rows, classes, weighted, labelSmoothing, target }) => {
          const inputs = {
            logits: draw('logits', [rows, classes], [-8, 8]),
            target: int32([rows], target),
            ...(weighted && { weight: draw('weight', [classes], [0, 2]) }),
          };
          const attrs = { labelSmoothing, ignoreIndex: IGNORED };
          await expectSameResults(subject, inputs, crossEntropyBoth(attrs));
          await expectSameWithGradients(subject, inputs, crossEntropyLoss(attrs), ['logits']);
          await expectSameWithGradients(subject, inputs, crossEntropyMean(attrs), ['logits']);
        }),
        { numRuns: 60, seed: 1 },
      ),

    'ignores rows of a class index given as ignoreIndex': () =>
      expectSameWithGradients(
        subject,
        { logits: draw('logits', [6, 4]), target: int32([6], [0, 1, 2, 3, 2, 2]) },
        crossEntropyLoss({ ignoreIndex: 2 }),
        ['logits'],
      ),

    'gives 0 in loss, weight and gradient if every row is ignored': async () => {
      const inputs = { logits: draw('logits', [3, 5]), target: int32([3], [IGNORED, IGNORED, IGNORED]) };
      const zeros = float32([3], [0, 0, 0]);
      expectClose(
        await evaluate(subject.backend, inputs, crossEntropyBoth({})),
        { loss: zeros, rowWeight: zeros },
        0,
      );
      const gradients = gradientsOf(crossEntropyLoss({}), ['logits'], 'ignored');
      const none = float32([3, 5], new Array<number>(15).fill(0));
      expectClose(await evaluate(subject.backend, inputs, gradients), { logits: none }, 0);
    },

    'stays finite if logits are huge': async () => {
      const inputs: HostTensors = {
        logits: float32([2, 3], [1e4, -1e4, 0, 3e38, 0, -3e38]),
        target: int32([2], [1, 0]),
      };
      const expected = { loss: float32([2], [2e4, 0]) };
      expectClose(
        await evaluate(subject.backend, inputs, crossEntropyLoss({})),
        expected,
        subject.forwardTolerance,
      );
    },

    'gives ∞ for a class whose logit is −∞, and NaN for a row with NaN, and does not affect other rows':
      async () => {
        const inputs: HostTensors = {
          logits: float32([3, 2], [Number.NEGATIVE_INFINITY, 0, Number.NaN, 0, 0, 0]),
          target: int32([3], [0, 1, 1]),
        };
        const expected = { loss: float32([3], [Number.POSITIVE_INFINITY, Number.NaN, Math.log(2)]) };
        expectClose(
          await evaluate(subject.backend, inputs, crossEntropyLoss({})),
          expected,
          subject.forwardTolerance,
        );
      },
  });
}
