import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisSize, expectAsTfjs, fillShape, number, on, useCpuBackend } from '../../test/as-tfjs.ts';
import { BACKEND_NAME } from '../name.ts';

useCpuBackend();

describe('reductions equal tfjs-backend-cpu', () => {
  const functions = { sum: tf.sum, mean: tf.mean, max: tf.max };
  const shapeAndAxes = fc
    .array(axisSize, { minLength: 1, maxLength: 4 })
    .chain((shape) =>
      fc.tuple(
        fc.constant(shape),
        fc.uniqueArray(fc.integer({ min: 0, max: shape.length - 1 }), { minLength: 1 }),
        fc.boolean(),
      ),
    );

  it.each(Object.keys(functions) as (keyof typeof functions)[])('%s, over any axes', (name) => {
    fc.assert(
      fc.property(
        shapeAndAxes,
        fc.array(number, { minLength: 1, maxLength: 30 }),
        ([shape, axes, keepDims], values) => {
          // Sums that cancel keep the absolute error of their summands.
          const most = Math.max(1, ...values.map(Math.abs).filter(Number.isFinite));
          const absolute = 1e-7 * most * tf.util.sizeFromShape(shape);
          expectAsTfjs(() => functions[name](fillShape(shape, values), axes, keepDims), 1e-5, absolute);
        },
      ),
    );
  });

  it('multiplies many factors cumulatively without losing digits', () => {
    const count = 200_000;
    const product = on(BACKEND_NAME, () => tf.slice(tf.cumprod(tf.fill([count], 1.00001)), count - 1, 1));
    expect(Math.abs(product[0]!.values[0]! / Math.fround(1.00001) ** count - 1)).toBeLessThan(1e-6);
  });

  it('sums a long column without losing digits', () => {
    const rows = 200_000;
    const total = on(BACKEND_NAME, () => tf.sum(tf.fill([rows, 3], 0.1), 0))[0]!.values[2]!;
    expect(Math.abs(total / (rows * Math.fround(0.1)) - 1)).toBeLessThan(1e-5);
  });
});

describe('softmax equals tfjs-backend-cpu', () => {
  const functions = { softmax: tf.softmax, logSoftmax: tf.logSoftmax };

  it.each(Object.keys(functions) as (keyof typeof functions)[])('%s, with extreme logits', (name) => {
    const logit = fc.oneof(fc.float({ min: -30, max: 30, noNaN: true }), fc.constantFrom(1e4, -1e4));
    fc.assert(
      fc.property(
        axisSize,
        axisSize,
        fc.array(logit, { minLength: 1, maxLength: 40 }),
        (rows, classes, values) => {
          expectAsTfjs(() => functions[name](fillShape([rows, classes], values)), 1e-5, 1e-5);
        },
      ),
    );
  });
});
