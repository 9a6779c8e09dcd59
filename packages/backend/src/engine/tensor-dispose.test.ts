import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import './tensor-dispose.ts';

it('disposes a tensor at the end of a block that declares it with `using`', () => {
  const before = tf.memory().numTensors;
  {
    using tensor = tf.scalar(1);
    expect(tensor.isDisposed).toBe(false);
  }
  expect(tf.memory().numTensors).toBe(before);
});

it('allows a tensor to be disposed before its block ends', () => {
  {
    using tensor = tf.scalar(1);
    tensor.dispose();
  }
});
