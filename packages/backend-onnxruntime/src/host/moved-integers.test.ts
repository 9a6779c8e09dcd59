import * as tf from '@tensorflow/tfjs-core';
import { compile, useBackend } from '@unroll/backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { onnxruntime, onnxruntimeStatistics } from '../onnxruntime.ts';

beforeAll(() => useBackend(onnxruntime({ threads: 1 })));

const tokens = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], 'int32');
const table = () => tf.tensor2d([0, 10, 20, 30, 40, 50, 60], [7, 1]);

describe('integers that are only moved', () => {
  it('stay at hand: an operation that uses them as indices shares a graph with the operations before it', async () => {
    const [indices, rows] = [tokens(), table()];
    const { runs } = onnxruntimeStatistics();
    const looked = tf.tidy(() => {
      const doubled = tf.mul(rows, 2);
      const [, last] = tf.split(tf.transpose(indices), [1, 2]) as [tf.Tensor, tf.Tensor];
      return tf.gather(doubled, tf.concat([tf.slice(indices, [0, 1], [2, 2]), last], 0));
    });
    expect(looked.shape).toEqual([4, 2, 1]);
    expect([...(await looked.data())]).toEqual([40, 60, 100, 120, 40, 100, 60, 120]);
    expect(onnxruntimeStatistics().runs).toBe(runs + 1);
    tf.dispose([indices, rows, looked]);
  });

  it('are checked as soon as they are used', () => {
    tf.tidy(() => {
      expect(() => tf.gather(table(), tf.transpose(tf.tensor2d([1, 7], [1, 2], 'int32')))).toThrow(
        'GatherV2: the index value 7 is not in [0, 6]',
      );
    });
  });

  it('are moved by the graph of a captured function, whatever their values at the replay', async () => {
    const rows = table();
    const lookUp = compile((indices: tf.Tensor2D) => tf.gather(rows, tf.transpose(indices)));
    for (const first of [1, 2, 3, 4]) {
      const indices = tf.tensor2d([first, 0], [1, 2], 'int32');
      const looked = lookUp(indices);
      expect([...(await looked.data())]).toEqual([10 * first, 0]);
      tf.dispose([indices, looked]);
    }
    expect(lookUp.captures).toBe(1);
    lookUp.dispose();
    rows.dispose();
  });

  it('leave the tensors that they came from as they are', async () => {
    const indices = tokens();
    const moved = tf.reverse(indices, 0);
    expect([...(await moved.data())]).toEqual([4, 5, 6, 1, 2, 3]);
    expect([...(await indices.data())]).toEqual([1, 2, 3, 4, 5, 6]);
    tf.dispose([indices, moved]);
  });
});
