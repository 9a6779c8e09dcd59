import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import '#tfjs-gradients';
import { embedding } from './embedding.ts';
import { unsortedSegmentSumKernel } from './portable.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('embedding', () => {
  const weight = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);

  it('looks rows up for indices of any shape', () => {
    tf.tidy(() => {
      const rows = embedding(weight(), tf.tensor2d([[2, 0]], [1, 2], 'int32'));
      expect(rows.shape).toEqual([1, 2, 2]);
      expect([...rows.dataSync()]).toEqual([5, 6, 1, 2]);
    });
  });

  it('adds the gradients of repeated rows and drops the gradient of the padding row', () => {
    tf.tidy(() => {
      const indices = tf.tensor1d([1, 0, 1, 2], 'int32');
      const gradient = tf.grad((w) =>
        tf.sum(
          tf.mul(
            embedding(w as tf.Tensor2D, indices, { paddingIdx: 2 }),
            tf.tensor2d([[1], [10], [100], [1000]]),
          ),
        ),
      )(weight());
      expect([...gradient.dataSync()]).toEqual([10, 10, 101, 101, 0, 0]);
    });
  });

  it('names the table if an index is outside it', () => {
    tf.tidy(() => {
      expect(() => embedding(weight(), tf.tensor1d([3], 'int32'))).toThrow(
        'embedding: indices holds 3 in row 0; expected rows 0 to 2',
      );
    });
  });

  it('reports a disposed table, not a wrong index', () => {
    tf.tidy(() => {
      const disposed = weight();
      disposed.dispose();
      expect(() => embedding(disposed, tf.tensor1d([1], 'int32'))).toThrow(
        /^embedding: weight is a disposed tensor: /,
      );
    });
  });

  it('refuses float indices and a paddingIdx outside the table', () => {
    tf.tidy(() => {
      expect(() => embedding(weight(), tf.tensor1d([1]))).toThrow(
        'embedding: indices has dtype float32; expected int32',
      );
      expect(() => embedding(weight(), tf.tensor1d([1], 'int32'), { paddingIdx: 3 })).toThrow(
        'embedding: paddingIdx is 3; expected an integer in 0…2',
      );
    });
  });
});

describe('the portable UnsortedSegmentSum', () => {
  it('equals a loop that drops negative ids', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -2, max: 4 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 3 }),
        (ids, width) => {
          tf.tidy(() => {
            const x = tf.reshape(tf.range(1, ids.length * width + 1), [ids.length, width]);
            const segmentIds = tf.tensor1d(ids, 'int32');
            const y = unsortedSegmentSumKernel.kernelFunc({
              inputs: { x, segmentIds },
              attrs: { numSegments: 5 },
              backend: tf.backend(),
            }) as tf.Tensor;
            const expected = new Array<number>(5 * width).fill(0);
            const values = x.dataSync();
            ids.forEach((id, i) => {
              for (let j = 0; id >= 0 && j < width; j++) expected[id * width + j]! += values[i * width + j]!;
            });
            expect([...y.dataSync()]).toEqual(expected);
          });
        },
      ),
    );
  });
});
