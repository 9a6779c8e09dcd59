import type { Scalar } from '@tensorflow/tfjs-core';
import type { AttrsOf, KernelName } from '@unroll/backend/contract';
import { globalNorm, scaleTensors } from '@unroll/backend/operations';
import fc from 'fast-check';
import { expectSameResults } from '../agreement.ts';
import { type Check, checksOf, type Subject } from '../check.ts';
import { evaluate, type Operation } from '../evaluate.ts';
import { expectClose } from '../expectations.ts';
import { draw, float32, type HostTensors } from '../host-tensor.ts';
import { kernelOperation } from '../kernel-operation.ts';

/** The kernels that update one parameter */
export type StepKernel = Extract<KernelName, `${string}Step`>;

const normOperation: Operation = (inputs) => ({ norm: globalNorm(Object.values(inputs)) });

export const scaleOperation: Operation = ({ factor, ...tensors }) => {
  const outputs = scaleTensors(Object.values(tensors), factor as Scalar);
  return Object.fromEntries(Object.keys(tensors).map((name, i) => [name, outputs[i]!]));
};

/** A step kernel as an operation, with attributes that fit the kernel */
export const stepOperation = (kernel: StepKernel, attrs: object): Operation =>
  kernelOperation(kernel, attrs as AttrsOf<StepKernel>);

interface StepCase {
  readonly kernel: StepKernel;
  readonly attrs: object;
  /** The names of the state's tensors */
  readonly state: readonly string[];
}

const common = {
  lr: fc.constantFrom(0.1, 0.001),
  weightDecay: fc.constantFrom(0, 0.3),
  maximize: fc.boolean(),
};
const eps = fc.constantFrom(1e-8, 0.1);

const stepCases: Readonly<Record<string, fc.Arbitrary<StepCase>>> = {
  sgdStep: fc
    .record({
      attrs: fc.record({
        ...common,
        momentum: fc.constantFrom(0, 0.9),
        dampening: fc.constantFrom(0, 0.4),
        nesterov: fc.boolean(),
      }),
      first: fc.boolean(),
    })
    .map(({ attrs, first }) => ({
      kernel: 'SgdStep' as const,
      attrs,
      state: first || attrs.momentum === 0 ? [] : ['momentumBuffer'],
    })),
  adamStep: fc
    .record({
      attrs: fc.record({
        ...common,
        eps,
        beta1: fc.constantFrom(0.9, 0.5),
        beta2: fc.constantFrom(0.999, 0.7),
        decoupledWeightDecay: fc.boolean(),
        step: fc.constantFrom(1, 2, 1000),
      }),
      amsgrad: fc.boolean(),
    })
    .map(({ attrs, amsgrad }) => ({
      kernel: 'AdamStep' as const,
      attrs,
      state: ['expAvg', 'expAvgSq', ...(amsgrad ? ['maxExpAvgSq'] : [])],
    })),
  rmspropStep: fc
    .record({
      attrs: fc.record({
        ...common,
        eps,
        alpha: fc.constantFrom(0.99, 0.5),
        momentum: fc.constantFrom(0, 0.9),
      }),
      centered: fc.boolean(),
    })
    .map(({ attrs, centered }) => ({
      kernel: 'RmspropStep' as const,
      attrs,
      state: [
        'squareAvg',
        ...(attrs.momentum > 0 ? ['momentumBuffer'] : []),
        ...(centered ? ['gradAvg'] : []),
      ],
    })),
  adagradStep: fc
    .record({ ...common, eps })
    .map((attrs) => ({ kernel: 'AdagradStep' as const, attrs, state: ['sum'] })),
};

/**
 * Ranges for drawing sums of squares. A mean of gradients is drawn small, so that its square is less than the mean
 * square.
 */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  expAvgSq: [0.1, 1],
  maxExpAvgSq: [0.1, 1],
  squareAvg: [0.5, 1],
  gradAvg: [-0.1, 0.1],
  sum: [0.1, 1],
};

const anyShape = fc.array(fc.integer({ min: 1, max: 21 }), { maxLength: 3 });

/** Compares optimizer steps with the portable kernels, and the norm and scaling with their definitions. */
export function optimizerChecks(subject: Subject): Check[] {
  const steps = Object.entries(stepCases).flatMap(([name, anyCase]) =>
    checksOf(name, {
      'agrees with the portable kernel over any shape, options and state': () =>
        fc.assert(
          fc.asyncProperty(anyCase, anyShape, async ({ kernel, attrs, state }, shape) => {
            const inputs: HostTensors = Object.fromEntries(
              ['param', 'grad', ...state].map((tensor) => [tensor, draw(tensor, shape, ranges[tensor])]),
            );
            await expectSameResults(subject, inputs, stepOperation(kernel, attrs));
          }),
          { numRuns: 40, seed: 1 },
        ),
    }),
  );
  const norm = checksOf('globalNorm', {
    'is the root of the sum of all squares, for any number of tensors of any shape': () =>
      fc.assert(
        fc.asyncProperty(fc.array(anyShape, { minLength: 1, maxLength: 5 }), async (shapes) => {
          const inputs = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, draw(`x${i}`, shape)]));
          const squares = Object.values(inputs).flatMap(({ values }) =>
            Array.from(values, (value) => value * value),
          );
          const expected = Math.sqrt(squares.reduce((total, square) => total + square, 0));
          expectClose(
            await evaluate(subject.backend, inputs, normOperation),
            { norm: float32([], [expected]) },
            subject.forwardTolerance,
          );
        }),
        { numRuns: 30, seed: 1 },
      ),
    'is NaN or ∞ where an element is': async () => {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const norm = float32([], [value]);
        const inputs = { a: draw('a', [5]), b: float32([2], [1, value]) };
        expectClose(await evaluate(subject.backend, inputs, normOperation), { norm }, 0);
      }
    },
  });
  const scale = checksOf('scaleTensors', {
    'multiplies each tensor by the factor, for any number of tensors of any shape': () =>
      fc.assert(
        fc.asyncProperty(fc.array(anyShape, { minLength: 1, maxLength: 5 }), async (shapes) => {
          const tensors = Object.fromEntries(shapes.map((shape, i) => [`x${i}`, draw(`x${i}`, shape)]));
          const scaled = Object.entries(tensors).map(([name, { shape, values }]) => [
            name,
            float32(
              shape,
              Array.from(values, (value) => -0.5 * value),
            ),
          ]);
          const inputs = { factor: float32([], [-0.5]), ...tensors };
          const actual = await evaluate(subject.backend, inputs, scaleOperation);
          expectClose(actual, Object.fromEntries(scaled), 0);
        }),
        { numRuns: 30, seed: 1 },
      ),
  });
  return [...steps, ...norm, ...scale];
}
