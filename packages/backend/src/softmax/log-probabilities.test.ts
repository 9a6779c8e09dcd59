import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '#tfjs-gradients';
import { logProbabilities } from './log-probabilities.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const scores = () => tf.tensor2d([1, 2, 3, -1, 0, 5], [2, 3]);
const distance = (a: tf.Tensor, b: tf.Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0];

describe('logProbabilities', () => {
  it('equal TensorFlow.js’s on a backend without the kernel, and have their gradient', () => {
    tf.tidy(() => {
      expect(distance(logProbabilities(scores()), tf.logSoftmax(scores()))).toBe(0);
      const gradient = (f: (x: tf.Tensor) => tf.Tensor) => tf.grad((x) => tf.sum(tf.square(f(x))))(scores());
      expect(
        distance(
          gradient(logProbabilities),
          gradient((x) => tf.logSoftmax(x)),
        ),
      ).toBe(0);
    });
  });

  it('come from the backend’s kernel, if it has one, while no gradient is computed', () => {
    let calls = 0;
    tf.registerKernel({
      kernelName: tf.LogSoftmax,
      backendName: 'cpu',
      kernelFunc: ({ inputs }) => {
        calls++;
        return tf.logSoftmax(inputs.logits as tf.Tensor);
      },
    });
    tf.tidy(() => {
      expect(distance(logProbabilities(scores()), tf.logSoftmax(scores()))).toBe(0);
      expect(calls).toBe(1);
      tf.grad((x) => tf.sum(logProbabilities(x)))(scores());
      expect(calls).toBe(1);
    });
    tf.unregisterKernel(tf.LogSoftmax, 'cpu');
  });
});
