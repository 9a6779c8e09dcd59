import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { liveVariables } from './variables.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

it('every variable of the process is listed until it is disposed', () => {
  const before = liveVariables();
  const [kept, gone] = tf.tidy(() => [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2), false)]);
  expect(liveVariables()).toEqual([...before, kept, gone]);
  gone!.dispose();
  expect(liveVariables()).toEqual([...before, kept]);
  kept!.dispose();
  expect(liveVariables()).toEqual(before);
});
