import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import { tidyResult } from './tidy-result.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

it('keeps the tensors of plain objects, of lists and of classes, and frees all others', () => {
  class Pair {
    readonly first = tf.ones([1]);
    readonly rest = { second: [tf.ones([2])], none: undefined };
  }
  const before = tf.memory().numTensors;
  const pair = tidyResult(() => {
    tf.ones([3]);
    return new Pair();
  });
  expect(tf.memory().numTensors - before).toBe(2);
  expect(pair.rest.second[0]!.isDisposed).toBe(false);
  tf.dispose([pair.first, ...pair.rest.second]);
});
