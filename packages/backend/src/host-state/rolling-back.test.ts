import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { onRollback, standOrFall } from './rolling-back.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('onRollback and standOrFall', () => {
  it('have no effect on backends that compute at once', () => {
    const variable = tf.tidy(() => tf.variable(tf.scalar(1)));
    onRollback(variable, () => {
      throw new Error('not to be called');
    });
    standOrFall([variable], variable);
    expect(variable.dataSync()[0]).toBe(1);
    variable.dispose();
  });
});
