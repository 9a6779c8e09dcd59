import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import './ready.ts';

it('a tensor without any backend says how to choose one', () => {
  expect(() => tf.tensor1d([1])).toThrow(
    'No backend found in registry. Choose one before the first tensor: await useBackend(cpu())',
  );
});
