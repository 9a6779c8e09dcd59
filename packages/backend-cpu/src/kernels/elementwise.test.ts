import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { anyShape, expectAsTfjs, fillShape, number, useCpuBackend } from '../../test/as-tfjs.ts';

useCpuBackend();

describe('elementwise functions equal tfjs-backend-cpu', () => {
  const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    relu: tf.relu,
    leakyRelu: (x) => tf.leakyRelu(x, 0.3),
    elu: tf.elu,
    sigmoid: tf.sigmoid,
    tanh: tf.tanh,
    exp: tf.exp,
    log: tf.log,
    sqrt: tf.sqrt,
    rsqrt: tf.rsqrt,
    square: tf.square,
    abs: tf.abs,
    neg: tf.neg,
    reciprocal: tf.reciprocal,
    step: (x) => tf.step(x, 0.25),
    clipByValue: (x) => tf.clipByValue(x, -2, 3),
  };

  it.each(Object.keys(functions))('%s', (name) => {
    fc.assert(
      fc.property(anyShape, fc.array(number, { minLength: 1, maxLength: 30 }), (shape, values) => {
        // Denormal numbers may be flushed to 0, and then have the logarithm and reciprocal of 0.
        const ordinary = /log|rsqrt|reciprocal/.test(name)
          ? values.map((v) => (Math.abs(v) < 1e-37 ? 0 : v))
          : values;
        expectAsTfjs(() => functions[name]!(fillShape(shape, ordinary)));
      }),
    );
  });

  it('over enough elements for several threads', () => {
    expectAsTfjs(() => tf.tanh(tf.sin(tf.range(0, 50_003))));
  });
});

describe('binary functions equal tfjs-backend-cpu', () => {
  const functions = {
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    div: tf.div,
    maximum: tf.maximum,
    minimum: tf.minimum,
    squaredDifference: tf.squaredDifference,
  };

  it.each(Object.keys(functions) as (keyof typeof functions)[])('%s, broadcast in every way', (name) => {
    const shapes = anyShape.chain((shape) => {
      const side = fc
        .tuple(
          fc.integer({ min: 0, max: shape.length }),
          fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        )
        .map(([drop, ones]) => shape.map((size, axis) => (ones[axis] ? 1 : size)).slice(drop));
      return fc.tuple(side, side);
    });
    fc.assert(
      fc.property(shapes, fc.array(number, { minLength: 2, maxLength: 30 }), ([a, b], values) => {
        expectAsTfjs(() => functions[name](fillShape(a, values), fillShape(b, [...values].reverse())));
      }),
    );
  });

  it.each([
    ['the same shape', [50_001], [50_001]],
    ['a scalar', [50_001], []],
    ['a row', [1001, 37], [37]],
    ['a column', [1001, 37], [1001, 1]],
  ])('over more elements than one thread takes: %s', (_, a, b) => {
    expectAsTfjs(() => tf.sub(fillShape(a, [1, 2, 3, 5, 7, 11, 13]), fillShape(b, [0.5, 3, 8])));
    expectAsTfjs(() => tf.sub(fillShape(b, [1, 2, 3, 5, 7, 11, 13]), fillShape(a, [0.5, 3, 8])));
  });
});
