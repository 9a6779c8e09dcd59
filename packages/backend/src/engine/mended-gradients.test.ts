import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '../index.ts';
import { logSoftmax } from '../softmax/log-softmax.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The gradient of the sum of `f`'s elements, each multiplied by its position, counted from 1. */
const gradient = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor) =>
  tf.grad((x) => {
    const y = f(x);
    return tf.sum(tf.mul(y, tf.reshape(tf.range(1, y.size + 1), y.shape)));
  })(x);

describe('the gradient of', () => {
  it('unstack and split into one part is the gradient of that part', () => {
    const x = tf.ones([1, 3]);
    for (const f of [(x: tf.Tensor) => tf.unstack(x)[0]!, (x: tf.Tensor) => tf.split(x, 1)[0]!]) {
      expect(gradient(f, x).arraySync()).toEqual([[1, 2, 3]]);
    }
  });

  it('unstack and split into several parts consists of the gradients of the parts', () => {
    const x = tf.ones([2, 2]);
    for (const f of [(x: tf.Tensor) => tf.unstack(x)[1]!, (x: tf.Tensor) => tf.split(x, 2)[1]!]) {
      expect(gradient(f, x).arraySync()).toEqual([
        [0, 0],
        [1, 2],
      ]);
    }
  });

  it('cumsum is the sum of the later gradients, along any axis', () => {
    const x = tf.ones([2, 2]);
    expect(gradient((x) => tf.cumsum(x, 0), x).arraySync()).toEqual([
      [1 + 3, 2 + 4],
      [3, 4],
    ]);
    expect(gradient((x) => tf.cumsum(x, 1), x).arraySync()).toEqual([
      [1 + 2, 2],
      [3 + 4, 4],
    ]);
    expect(gradient((x) => tf.cumsum(x, 0, true, true), tf.ones([3, 1])).arraySync()).toEqual([
      [0],
      [1],
      [1 + 2],
    ]);
  });
});

describe('the second derivative of', () => {
  const points = [-0.7, 0.3, 0.9];
  const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    sigmoid: tf.sigmoid,
    tanh: tf.tanh,
    exp: tf.exp,
    softmax: (x) => tf.softmax(x),
    logSoftmax,
    minimum: (x) => tf.square(tf.minimum(x, 0)),
    maximum: (x) => tf.square(tf.maximum(0.1, x)),
    leakyRelu: (x) => tf.square(tf.leakyRelu(x, 0.5)),
    'sigmoid’s sigmoid, twice recorded': (x) => tf.grad((y) => tf.sigmoid(y))(tf.sigmoid(x)),
  };

  it.each(Object.entries(functions))('%s equals finite differences', (_, f) => {
    tf.tidy(() => {
      const first = (x: tf.Tensor) => gradient(f, x);
      const second = gradient(first, tf.tensor1d(points)).dataSync();
      const total = (moved: number[]) => tf.sum(tf.mul(first(tf.tensor1d(moved)), [1, 2, 3])).dataSync()[0]!;
      for (const i of points.keys()) {
        const at = (step: number) => total(points.map((x, j) => (i === j ? x + step : x)));
        expect(second[i]).toBeCloseTo((at(1e-2) - at(-1e-2)) / 2e-2, 2);
      }
    });
  });

  it.each(Object.entries(functions))('%s leaves no tensor behind', (_, f) => {
    const x = tf.tensor1d(points);
    const before = tf.memory().numTensors;
    gradient((y) => gradient(f, y), x).dispose();
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});
