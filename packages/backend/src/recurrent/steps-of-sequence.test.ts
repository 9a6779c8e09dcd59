import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import '#tfjs-gradients';
import { sequenceOf, stepsOf } from './steps-of-sequence.ts';

describe('the steps of a sequence', () => {
  it.each([1, 31, 32, 33, 64, 100, 1023, 1024, 1025, 1100])(
    'of length %i are put together again',
    (length) => {
      const sequence: tf.Tensor3D = tf.reshape(tf.range(0, 2 * length), [length, 1, 2]);
      const steps = stepsOf(sequence);
      expect(steps.length).toBe(length);
      expect(steps[length - 1]!.arraySync()).toEqual([[2 * length - 2, 2 * length - 1]]);
      expect(sequenceOf(steps).arraySync()).toEqual(sequence.arraySync());
    },
  );

  it('come from operations of at most 32 tensors, forward and backward', async () => {
    const sequence = tf.ones<tf.Rank.R3>([1100, 1, 1]);
    const { kernels } = await tf.profile(() =>
      tf.grad((x) => tf.sum(tf.square(sequenceOf(stepsOf(x as tf.Tensor3D)))))(sequence),
    );
    const most = kernels.map(({ inputShapes, outputShapes }) =>
      Math.max(inputShapes.length, outputShapes.length),
    );
    expect(Math.max(...most)).toBe(32);
  });
});
