import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { cpu } from '../cpu.ts';

beforeAll(async () => {
  await useBackend(cpu({ threads: 1 }));
});

describe('cast', () => {
  it.each<[tf.NumericDataType, tf.NumericDataType]>([
    ['bool', 'int32'],
    ['bool', 'float32'],
    ['int32', 'float32'],
    ['float32', 'int32'],
    ['float32', 'bool'],
    ['float32', 'float32'],
  ])('from %s to %s gives numbers that other kernels read rightly', async (from, to) => {
    const x = tf.tensor1d([1, 0, 1, 1, 1], from);
    const y = tf.cast(x, to);
    expect(y.dtype).toBe(to);
    expect([...(await y.data())]).toEqual([1, 0, 1, 1, 1]);
    const tripled = tf.mul(tf.cast(y, 'float32'), tf.tensor1d([3, 3, 3, 3, 3]));
    expect([...(await tripled.data())]).toEqual([3, 0, 3, 3, 3]);
  });

  it('leaves its input unchanged and no tensor behind', () => {
    const x = tf.tensor1d([1, 2], 'int32');
    const before = tf.memory();
    tf.cast(x, 'float32').dispose();
    expect(tf.memory()).toEqual(before);
    expect([...x.dataSync()]).toEqual([1, 2]);
  });

  it('of a condition does not block the gradient of tf.where', async () => {
    const condition = tf.tensor1d([1, 0, 1], 'bool');
    const gradient = tf.grad((x) => tf.sum(tf.square(tf.where(condition, x, tf.zerosLike(x)))))(
      tf.tensor1d([1, 2, 3]),
    );
    expect([...(await gradient.data())]).toEqual([2, 0, 6]);
  });
});
