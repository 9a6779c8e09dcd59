import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import './ready.ts';

class Pair {
  readonly first: tf.Tensor1D = tf.tensor1d([1]);
  readonly others: readonly tf.Tensor1D[] = [tf.tensor1d([2]), tf.tensor1d([3])];
}

const pair = () => new Pair();

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('tf.tidy and tf.dispose', () => {
  it('take an instance of a class and a read-only list, in types as they do at run time', () => {
    const before = tf.memory().numTensors;
    const kept = tf.tidy(() => {
      tf.scalar(1);
      return pair();
    });
    expectTypeOf(kept).toEqualTypeOf<Pair>();
    expect(tf.memory().numTensors).toBe(before + 3);
    tf.dispose(kept.others);
    tf.dispose(kept);
    expect(tf.memory().numTensors).toBe(before);
    const [one, state] = tf.tidy('named', (): [tf.Tensor1D, readonly Pair[]] => [tf.tensor1d([1]), [pair()]]);
    expectTypeOf(state).toEqualTypeOf<readonly Pair[]>();
    tf.dispose([one, state]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuse a promise, as before', async () => {
    const promised = Promise.resolve(tf.scalar(1));
    // @ts-expect-error A promise is none of what tf.tidy returns.
    tf.tidy(() => promised);
    (await promised).dispose();
  });
});
