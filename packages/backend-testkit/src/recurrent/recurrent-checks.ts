import { grad, mul, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';
import { recurrent } from '@unroll/backend/operations';
import fc from 'fast-check';
import { expectSameResults, expectSameWithGradients } from '../agreement.ts';
import { type Check, checksOf, type Subject } from '../check.ts';
import { evaluate, gradientsOf, type Operation } from '../evaluate.ts';
import { expectClose, expectEqual } from '../expectations.ts';
import { float32, type HostTensors } from '../host-tensor.ts';
import { kernelOperation } from '../kernel-operation.ts';
import { withPadding } from '../kernels/padding-checks.ts';
import {
  anyRecurrentCase,
  differentiableInputs,
  fullCase,
  modes,
  outputGradients,
  type RecurrentCase,
  recurrentInputs,
  recurrentKernels,
  recurrentOperation,
} from './recurrent-case.ts';

const HIDDEN_SIZES = [1, 3, 17, 129];
const LONG = 2000;

/** Compares the recurrent kernels with the portable ones. */
export function recurrentChecks(subject: Subject): Check[] {
  const sameAsReference = (c: RecurrentCase) => {
    const inputs = recurrentInputs(c);
    return expectSameWithGradients(subject, inputs, recurrentOperation(c), differentiableInputs(inputs));
  };
  return modes.flatMap((mode) =>
    checksOf(`recurrent, ${mode}`, {
      'agrees with the portable kernels, also in gradients, over any shape and choice of inputs': () =>
        fc.assert(fc.asyncProperty(anyRecurrentCase(mode), sameAsReference), { numRuns: 40, seed: 1 }),

      'gives the same outputs of both kernels as the portable ones, over any shape and inputs': () =>
        fc.assert(
          fc.asyncProperty(anyRecurrentCase(mode), (c) =>
            expectSameResults(
              subject,
              { ...recurrentInputs(c), ...outputGradients(c) },
              recurrentKernels(c),
              subject.gradientTolerance,
            ),
          ),
          { numRuns: 40, seed: 2 },
        ),

      ...Object.fromEntries(
        HIDDEN_SIZES.map((hiddenSize) => [
          `has right outputs and gradients with ${hiddenSize} hidden features, for one and many rows and steps`,
          async () => {
            for (const [steps, rows] of [
              [1, 1],
              [1, 5],
              [4, 1],
              [3, 33],
            ] as const) {
              await sameAsReference(fullCase({ mode, steps, rows, features: 7, hiddenSize }));
            }
          },
        ]),
      ),

      'keeps its precision over 2,000 steps, in both directions': async () => {
        for (const reverse of [false, true]) {
          await sameAsReference(
            fullCase({
              mode,
              steps: LONG,
              rows: 2,
              features: 3,
              hiddenSize: 5,
              reverse,
              lengths: [LONG, 1234],
            }),
          );
        }
      },

      'propagates NaN within its row only': async () => {
        const c = fullCase({ mode, steps: 4, rows: 3, features: 2, hiddenSize: 5 });
        await expectSameResults(subject, spoiled(c, Number.NaN), recurrentOperation(c));
        const { y } = await evaluate(subject.backend, spoiled(c, Number.NaN), recurrentOperation(c));
        Array.from(y!.values).forEach((value, i) => {
          const row = Math.floor(i / c.hiddenSize) % c.rows;
          const step = Math.floor(i / c.hiddenSize / c.rows);
          expectEqual(`NaN in y at step ${step}, row ${row}`, Number.isNaN(value), row === 1 && step >= 1);
        });
      },

      ...(mode === 'rnn_relu' && {
        'passes gradients through NaN, like PyTorch, and none through a unit that is off': async () => {
          const { NaN: nan, POSITIVE_INFINITY: infinite, NEGATIVE_INFINITY: off } = Number;
          // Weights are 0 or 1, and every output gets the gradient 2.
          const inputs = {
            x: float32([1, 6, 1], [nan, infinite, off, 0, 1, -1]),
            weightIh: float32([1, 1], [1]),
            weightHh: float32([1, 1], [0]),
          };
          const gradients: Operation = ({ x, weightIh, weightHh }) => ({
            dx: grad((given) => {
              const weights = { weightIh: weightIh as Tensor2D, weightHh: weightHh as Tensor2D };
              return mul(recurrent({ x: given as Tensor3D, ...weights }, { mode }).y, 2);
            })(x!),
          });
          const { dx } = await evaluate(subject.backend, inputs, gradients);
          expectEqual('gradients', Array.from(dx!.values).join(), '2,2,0,0,2,0');
        },
      }),

      'saturates at infinite and huge inputs like the portable kernels': async () => {
        const c = fullCase({ mode, steps: 4, rows: 3, features: 2, hiddenSize: 5 });
        for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e4, -1e4, 3e38]) {
          await expectSameResults(subject, spoiled(c, value), recurrentOperation(c));
        }
      },

      'ignores values past the end of a row': async () => {
        for (const reverse of [false, true]) {
          const lengths = [5, 1, 3];
          const c = fullCase({ mode, steps: 5, rows: 3, features: 2, hiddenSize: 5, reverse, lengths });
          const inputs = { ...recurrentInputs(c), ...outputGradients(c) };
          const padded = (padding: number): HostTensors => ({
            ...inputs,
            x: withPadding(inputs.x!, lengths, padding),
            dy: withPadding(inputs.dy!, lengths, padding),
          });
          const expected = await evaluate(subject.reference, padded(0), recurrentKernels(c));
          const actual = await evaluate(subject.backend, padded(Number.NaN), recurrentKernels(c));
          expectClose(actual, expected, subject.gradientTolerance);
        }
      },

      'returns a reserve only in training, and the same outputs with and without it': async () => {
        const c = fullCase({ mode, steps: 3, rows: 2, features: 2, hiddenSize: 4 });
        const forward =
          (training: boolean): Operation =>
          (inputs) => {
            const run = kernelOperation('RecurrentForward', { mode, reverse: false, training });
            const { reserve, ...outputs } = run(inputs);
            expectEqual(`a reserve with training ${training}`, reserve !== undefined, training);
            return outputs;
          };
        const inputs = recurrentInputs(c);
        const trained = await evaluate(subject.backend, inputs, forward(true));
        expectClose(
          await evaluate(subject.backend, inputs, forward(false)),
          trained,
          subject.forwardTolerance,
        );
      },

      'gives an input the same gradient alone as among others': async () => {
        const c = fullCase({ mode, steps: 3, rows: 2, features: 2, hiddenSize: 4, ...projectionOf(mode) });
        const inputs = recurrentInputs(c);
        const all = gradientsOf(recurrentOperation(c), differentiableInputs(inputs), 'alone');
        const expected = await evaluate(subject.reference, inputs, all);
        for (const name of differentiableInputs(inputs)) {
          const one = await evaluate(
            subject.backend,
            inputs,
            gradientsOf(recurrentOperation(c), [name], 'alone'),
          );
          expectClose(one, { [name]: expected[name]! }, subject.gradientTolerance);
        }
      },
    }),
  );
}

const projectionOf = (mode: string) => (mode === 'lstm' ? { projSize: 3 } : {});

/** The case's inputs, with one feature of row 1 at step 1 replaced. */
function spoiled(c: RecurrentCase, value: number): HostTensors {
  const inputs = recurrentInputs(c);
  const x = inputs.x!;
  const at = (1 * c.rows + 1) * c.features;
  return {
    ...inputs,
    x: { ...x, values: Float32Array.from(x.values, (old, i) => (i === at ? value : old)) },
  };
}
