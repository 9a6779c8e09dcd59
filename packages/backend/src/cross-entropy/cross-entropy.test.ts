import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '#tfjs-gradients';
import { crossEntropyRows, meanCrossEntropy } from './cross-entropy.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const logits = () =>
  tf.tensor2d([
    [0.5, -1, 2],
    [1, 1, 1],
    [-3, 0.25, 0.75],
  ]);

describe('crossEntropyRows', () => {
  it('gives −log softmax at the target, weighted, and 0 where ignored', () => {
    tf.tidy(() => {
      const { loss, rowWeight } = crossEntropyRows(
        { logits: logits(), target: tf.tensor1d([2, -100, 0], 'int32'), weight: tf.tensor1d([3, 1, 0.5]) },
        {},
      );
      const logSumExp = (row: number[]) => Math.log(row.reduce((total, x) => total + Math.exp(x), 0));
      const expected = [0.5 * (logSumExp([0.5, -1, 2]) - 2), 0, 3 * (logSumExp([-3, 0.25, 0.75]) + 3)];
      loss.dataSync().forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 5);
      });
      expect([...rowWeight.dataSync()]).toEqual([0.5, 0, 3]);
    });
  });

  it.each([0, 0.3, 1])('has the gradient of the composed formula with smoothing %d', (labelSmoothing) => {
    tf.tidy(() => {
      const target = tf.tensor1d([2, 1, -7], 'int32');
      const weight = tf.tensor1d([3, 1, 0.5]);
      const factor = tf.tensor1d([1, -2, 5]);
      const fused = tf.grad((x) =>
        tf.sum(
          tf.mul(
            factor,
            crossEntropyRows(
              { logits: x as tf.Tensor2D, target, weight },
              { ignoreIndex: -7, labelSmoothing },
            ).loss,
          ),
        ),
      )(logits());
      const q = tf.add(
        tf.mul(tf.mul(tf.oneHot(target, 3), weight), 1 - labelSmoothing),
        tf.mul(tf.reshape(weight, [1, 3]), labelSmoothing / 3),
      );
      const kept = tf.tensor1d([1, 1, 0]);
      const composed = tf.grad((x) =>
        tf.neg(
          tf.sum(
            tf.mul(tf.reshape(tf.mul(factor, kept), [3, 1]), tf.mul(q, tf.logSoftmax(x as tf.Tensor2D))),
          ),
        ),
      )(logits());
      const expected = composed.dataSync();
      fused.dataSync().forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i]!, 5);
      });
    });
  });

  it('has the weighted mean over the rows that are not ignored, and its gradient', () => {
    tf.tidy(() => {
      const target = tf.tensor1d([2, -100, 0], 'int32');
      const weight = tf.tensor1d([3, 1, 0.5]);
      const composed = (x: tf.Tensor) => {
        const { loss, rowWeight } = crossEntropyRows({ logits: x as tf.Tensor2D, target, weight });
        return tf.div(tf.sum(loss), tf.sum(rowWeight)) as tf.Scalar;
      };
      const fused = (x: tf.Tensor) => meanCrossEntropy({ logits: x as tf.Tensor2D, target, weight });
      expect(fused(logits()).dataSync()[0]).toBeCloseTo(composed(logits()).dataSync()[0]!, 6);
      const expected = tf.grad(composed)(logits()).dataSync();
      tf.grad(fused)(logits())
        .dataSync()
        .forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i]!, 6);
        });
      const ignored = tf.tensor1d([-100, -100, -100], 'int32');
      expect(meanCrossEntropy({ logits: logits(), target: ignored }).dataSync()[0]).toBeNaN();
    });
  });

  it('refuses targets of another length, another dtype, and smoothing over 1', () => {
    tf.tidy(() => {
      const target = tf.tensor1d([0, 1, 2], 'int32');
      expect(() => crossEntropyRows({ logits: logits(), target: tf.tensor1d([1], 'int32') })).toThrow(
        'crossEntropyRows: target has shape [1]; expected 1 axes, [3]',
      );
      expect(() => crossEntropyRows({ logits: logits(), target: tf.cast(target, 'float32') })).toThrow(
        'crossEntropyRows: target has dtype float32; expected int32',
      );
      expect(() => crossEntropyRows({ logits: logits(), target }, { labelSmoothing: 1.5 })).toThrow(
        'crossEntropyRows: labelSmoothing is 1.5; expected a number in [0, 1]',
      );
    });
  });
});
