import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import { type CtcInputs, type CtcOptions, ctcLossRows } from '@unroll/backend/operations';
import fc from 'fast-check';
import { expectSameWithGradients } from '../agreement.ts';
import { type Check, checksOf, type Subject } from '../check.ts';
import { evaluate, type Operation } from '../evaluate.ts';
import { expectClose } from '../expectations.ts';
import { draw, float32, type HostTensor, int32 } from '../host-tensor.ts';

export const ctcOperation =
  (options: CtcOptions): Operation =>
  (inputs) => ({ loss: ctcLossRows(inputs as NamedTensorMap & CtcInputs, options) });

/** Log-probabilities over the last axis. */
export function logSoftmax({ shape, values }: HostTensor): HostTensor {
  const result = Float64Array.from(values);
  const classes = shape.at(-1)!;
  for (let row = 0; row < result.length; row += classes) {
    const part = result.subarray(row, row + classes);
    const logSum = Math.log(part.reduce((total, value) => total + Math.exp(value), 0));
    part.forEach((value, i) => {
      part[i] = value - logSum;
    });
  }
  return { shape, dtype: 'float32', values: Float32Array.from(result) };
}

const anyCase = fc
  .record({
    steps: fc.integer({ min: 1, max: 12 }),
    rows: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 2, max: 9 }),
    width: fc.integer({ min: 0, max: 6 }),
  })
  .chain(({ steps, rows, classes, width }) => {
    const perRow = (value: fc.Arbitrary<number>, count = rows) =>
      fc.array(value, { minLength: count, maxLength: count });
    return fc.integer({ min: 0, max: classes - 1 }).chain((blank) =>
      fc.record({
        shape: fc.constant([steps, rows, classes] as const),
        width: fc.constant(width),
        blank: fc.constant(blank),
        zeroInfinity: fc.boolean(),
        targets: perRow(
          fc.integer({ min: 0, max: classes - 2 }).map((label) => (label < blank ? label : label + 1)),
          rows * width,
        ),
        inputLengths: perRow(fc.integer({ min: 0, max: steps })),
        targetLengths: perRow(fc.integer({ min: 0, max: width })),
      }),
    );
  });

/** Compares connectionist temporal classification with the portable kernel and with its definition. */
export function ctcChecks(subject: Subject): Check[] {
  return checksOf('ctcLoss', {
    'agrees with the portable kernel over any lengths, also without an alignment': () =>
      fc.assert(
        fc.asyncProperty(anyCase, ({ shape, width, blank, zeroInfinity, ...rest }) =>
          expectSameWithGradients(
            subject,
            {
              logProbs: logSoftmax(draw('logProbs', shape, [-2, 2])),
              targets: int32([shape[1], width], rest.targets),
              inputLengths: int32([shape[1]], rest.inputLengths),
              targetLengths: int32([shape[1]], rest.targetLengths),
            },
            ctcOperation({ blank, zeroInfinity }),
            ['logProbs'],
          ),
        ),
        { numRuns: 50, seed: 1 },
      ),

    'keeps its precision over 2,000 steps': async () => {
      const steps = 2000;
      // Two equally likely classes and one label: 2⁻ᵀ for each of the T·(T+1)/2 alignments.
      const loss = steps * Math.log(2) - Math.log((steps * (steps + 1)) / 2);
      const inputs = {
        logProbs: float32([steps, 1, 2], new Array<number>(steps * 2).fill(-Math.log(2))),
        targets: int32([1, 1], [1]),
        inputLengths: int32([1], [steps]),
        targetLengths: int32([1], [1]),
      };
      expectClose(
        await evaluate(subject.backend, inputs, ctcOperation({})),
        { loss: float32([1], [loss]) },
        subject.forwardTolerance,
      );
    },
  });
}
