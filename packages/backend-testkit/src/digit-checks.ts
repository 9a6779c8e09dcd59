import {
  exp,
  expm1,
  log1p,
  logSigmoid,
  sigmoid,
  softmax,
  softplus,
  split,
  type Tensor,
  unstack,
} from '@tensorflow/tfjs-core';
import { type Check, checksOf, type Subject } from './check.ts';
import { evaluate, gradientsOf, type Operation } from './evaluate.ts';
import { expectClose } from './expectations.ts';
import { draw, float32 } from './host-tensor.ts';

interface OneToOne {
  readonly compute: (x: Tensor) => Tensor;
  readonly exact: (x: number) => number;
  /** Its derivative; absent if it is not compared */
  readonly slope?: (x: number) => number;
}

const exactSoftplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const exactSigmoid = (x: number) => Math.exp(-exactSoftplus(-x));

/** Functions whose small values are differences, logarithms or quotients that a careless formula would round to 0. */
const functions: Readonly<Record<string, OneToOne>> = {
  exp: { compute: exp, exact: Math.exp, slope: Math.exp },
  expm1: { compute: expm1, exact: Math.expm1, slope: Math.exp },
  log1p: { compute: (x) => log1p(exp(x)), exact: (x) => Math.log1p(Math.exp(x)), slope: exactSigmoid },
  sigmoid: { compute: sigmoid, exact: exactSigmoid },
  softplus: { compute: softplus, exact: exactSoftplus, slope: exactSigmoid },
  logSigmoid: {
    compute: logSigmoid,
    exact: (x) => -exactSoftplus(-x),
    slope: (x) => exactSigmoid(-x),
  },
};

/** Numbers of both signs and all magnitudes up to 80; beyond that, results are denormal or infinite. */
const sizes = Array.from({ length: 160 }, (_, i) => 1e-6 * (80 / 1e-6) ** (i / 159));
const points = sizes.flatMap((size) => [size, -size]);

/** Throws unless all values are right to five digits. */
function expectDigits(what: string, actual: ArrayLike<number>, exact: (x: number) => number): void {
  const xs = Float32Array.from(points);
  xs.forEach((x, i) => {
    const expected = exact(x);
    if (Math.abs(actual[i]! - expected) <= 1e-5 * Math.abs(expected)) return;
    throw new Error(`${what} of ${x} is ${actual[i]}; expected ${expected}, to five digits`);
  });
}

/** Checks that results near 0 keep their digits, and that operations work on one part, one class or one element. */
export function digitChecks({ backend, gradientTolerance }: Subject): Check[] {
  const inputs = { x: float32([points.length], points) };
  const digits = Object.entries(functions).map(([name, { compute, exact, slope }]) => [
    `${name} keeps its digits near 0${slope ? ', and so does its gradient' : ''}`,
    async () => {
      const operation: Operation = ({ x }) => ({ y: compute(x!) });
      const { y } = await evaluate(backend, inputs, operation);
      expectDigits(name, y!.values, exact);
      if (!slope) return;
      const weights = draw(`${name}/functional/y`, [points.length]).values;
      const { x } = await evaluate(backend, inputs, gradientsOf(operation, ['x'], name));
      const gradient = Array.from(x!.values, (value, i) => value / weights[i]!);
      expectDigits(`the gradient of ${name}`, gradient, slope);
    },
  ]);
  const whole: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    'unstack into one part': (x) => unstack(x, 1)[0]!,
    'split into one part': (x) => split(x, 1, 1)[0]!,
    'split into a list of one part': (x) => split(x, [1], 1)[0]!,
  };
  const single = Object.entries(whole).map(([name, compute]) => [
    `passes the gradient of ${name} back`,
    async () => {
      const operation: Operation = ({ x }) => ({ y: compute(x!) });
      const column = { x: draw('column', [3, 1]) };
      const { y } = await evaluate(backend, column, operation);
      const { values } = draw(`${name}/functional/y`, y!.shape);
      expectClose(
        await evaluate(backend, column, gradientsOf(operation, ['x'], name)),
        { x: { shape: [3, 1], dtype: 'float32', values } },
        gradientTolerance,
      );
    },
  ]);
  return [
    ...checksOf('digits', Object.fromEntries(digits)),
    ...checksOf('one part', {
      ...Object.fromEntries(single),
      'gives 1 and gradient 0 for the softmax of one class': async () => {
        const operation: Operation = ({ x }) => ({ y: softmax(x!) });
        const column = { x: draw('column', [3, 1]) };
        const ones = float32([3, 1], [1, 1, 1]);
        expectClose(await evaluate(backend, column, operation), { y: ones }, 0);
        const gradients = await evaluate(backend, column, gradientsOf(operation, ['x'], 'one class'));
        expectClose(gradients, { x: float32([3, 1], [0, 0, 0]) }, gradientTolerance);
      },
    }),
  ];
}
