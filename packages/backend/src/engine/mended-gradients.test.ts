import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '../index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** The gradient of the sum of `f`'s elements, each times its number from 1. */
const gradient = (f: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor) =>
  tf.grad((x) => {
    const y = f(x);
    return tf.sum(tf.mul(y, tf.reshape(tf.range(1, y.size + 1), y.shape)));
  })(x);

describe('the gradient of', () => {
  it('unstack and split into one part is that part’s', () => {
    const x = tf.ones([1, 3]);
    for (const f of [(x: tf.Tensor) => tf.unstack(x)[0]!, (x: tf.Tensor) => tf.split(x, 1)[0]!]) {
      expect(gradient(f, x).arraySync()).toEqual([[1, 2, 3]]);
    }
  });

  it('unstack and split into several parts goes to each its own', () => {
    const x = tf.ones([2, 2]);
    for (const f of [(x: tf.Tensor) => tf.unstack(x)[1]!, (x: tf.Tensor) => tf.split(x, 2)[1]!]) {
      expect(gradient(f, x).arraySync()).toEqual([
        [0, 0],
        [1, 2],
      ]);
    }
  });

  it('cumsum is the sum of what comes after, along any axis', () => {
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
