import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import '#tfjs-gradients';
import { zeroPadding } from './zero-padding.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

it('replaces all values past each row’s end, even NaN, and passes no gradient there', () => {
  tf.tidy(() => {
    const x = tf.tensor3d([1, Number.NaN, 2, 3, 4, 5], [3, 2, 1]);
    const lengths = tf.tensor1d([3, 0], 'int32');
    expect([...zeroPadding(x, lengths).dataSync()]).toEqual([1, 0, 2, 0, 4, 0]);
    const dx = tf.grad((input) => tf.sum(tf.mul(zeroPadding(input as tf.Tensor3D, lengths), 3)))(x);
    expect([...dx.dataSync()]).toEqual([3, 0, 3, 0, 3, 0]);
  });
});

it('refuses lengths of the wrong batch size or dtype', () => {
  tf.tidy(() => {
    const lengths = tf.tensor1d([1], 'int32');
    expect(() => zeroPadding(tf.ones([2, 3]), lengths)).toThrow(
      'zeroPadding: lengths has shape [1]; expected 1 axes, [3]',
    );
    expect(() => zeroPadding(tf.ones([2]), lengths)).toThrow('zeroPadding: x has 1 axes; expected [T, N, …]');
    expect(() => zeroPadding(tf.ones([2, 1], 'int32'), lengths)).toThrow(
      'x has dtype int32; expected float32',
    );
  });
});
