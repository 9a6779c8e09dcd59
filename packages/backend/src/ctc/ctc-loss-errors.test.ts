import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ctcLoss } from './ctc-loss.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const int1d = (values: number[]) => tf.tensor1d(values, 'int32');

describe('ctcLoss', () => {
  it('refuses inputs whose shapes, dtypes or blank do not fit, by name', () => {
    tf.tidy(() => {
      const good = {
        logProbs: tf.zeros([3, 2, 4]) as tf.Tensor3D,
        targets: tf.zeros([2, 1], 'int32') as tf.Tensor2D,
        inputLengths: int1d([3, 3]),
        targetLengths: int1d([1, 1]),
      };
      expect(() => ctcLoss({ ...good, logProbs: tf.zeros([3, 4]) as tf.Tensor as tf.Tensor3D })).toThrow(
        'ctcLoss: logProbs has shape [3, 4]; expected 3 axes',
      );
      expect(() => ctcLoss({ ...good, targets: tf.zeros([1, 1], 'int32') as tf.Tensor2D })).toThrow(
        'ctcLoss: targets has shape [1, 1]; expected 2 axes, [2, *]',
      );
      expect(() => ctcLoss({ ...good, inputLengths: int1d([3]) })).toThrow(
        'ctcLoss: inputLengths has shape [1]; expected 1 axes, [2]',
      );
      expect(() => ctcLoss({ ...good, targetLengths: tf.tensor1d([1, 1]) })).toThrow(
        'ctcLoss: targetLengths has dtype float32; expected int32',
      );
      expect(() => ctcLoss(good, { blank: 4 })).toThrow('ctcLoss: blank is 4; expected a class in 0…3');
    });
  });
});
