import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { callKernel, differentiable, forbidDerivative, isRecording } from './differentiable.ts';
import './ready.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('callKernel', () => {
  it('returns a list for one output and for several', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2]);
      expect(callKernel('Square', { x }, {}).map((y) => [...y.dataSync()])).toEqual([[1, 4]]);
      expect(callKernel('Unpack', { value: x }, { num: 2, axis: 0 })).toHaveLength(2);
    });
  });
});

describe('differentiable', () => {
  /** Outputs [x + 1, 3x]; x² is saved for backward. */
  const twoOutputs = (x: tf.Tensor): tf.Tensor[] =>
    differentiable({
      firstOrderOnly: 'twoOutputs',
      inputs: { x },
      forward: (save) => {
        save(tf.square(x));
        return [tf.add(x, 1), tf.mul(x, 3)];
      },
      backward: ([dy0, dy1], [squared]) => ({
        x: () => tf.add(tf.mul(squared!, dy0!), tf.mul(3, dy1!)),
      }),
    });

  it('has one gradient for several outputs, and tidy does not free saved tensors', () => {
    tf.tidy(() => {
      const gradient = tf.grad((x) => {
        const [a, b] = tf.tidy(() => twoOutputs(x));
        return tf.sum(tf.add(a!, b!));
      });
      expect([...gradient(tf.tensor1d([1, 2])).dataSync()]).toEqual([1 + 3, 4 + 3]);
    });
  });

  it('passes zeros to backward for an unused output', () => {
    tf.tidy(() => {
      const gradient = tf.grad((x) => tf.sum(twoOutputs(x)[1]!));
      expect([...gradient(tf.tensor1d([1, 2])).dataSync()]).toEqual([3, 3]);
    });
  });

  it('records only while a gradient is computed, and refuses its own derivative by name', () => {
    expect(isRecording()).toBe(false);
    tf.tidy(() => {
      tf.grad((x) => {
        expect(isRecording()).toBe(true);
        return tf.sum(x);
      })(tf.scalar(1));
      const second = tf.grad((y) => tf.grad((x) => tf.sum(twoOutputs(x)[0]!))(y));
      expect(() => second(tf.scalar(1))).toThrow('twoOutputs: its gradient has no derivative of its own');
    });
  });
});

describe('forbidDerivative', () => {
  it('makes the derivative of a kernel an error', () => {
    tf.registerKernel({ kernelName: 'Once', backendName: 'cpu', kernelFunc: ({ inputs }) => inputs.x! });
    forbidDerivative('Once', 'once');
    tf.tidy(() => {
      const gradient = tf.grad((x) => tf.sum(callKernel('Once', { x: tf.mul(x, 2) }, {})[0]!));
      expect(() => gradient(tf.scalar(1))).toThrow('once: its gradient has no derivative of its own');
    });
  });
});
