import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { currentBackend, currentBackendName } from './current-backend.ts';

it('TensorFlow.js chooses a backend when it is first asked for one', () => {
  expect(tf.getBackend()).toBeUndefined();
  expect(currentBackendName()).toBe('cpu');
  expect(tf.getBackend()).toBe('cpu');
  expect(currentBackend()).toBe(tf.findBackend('cpu'));
});
