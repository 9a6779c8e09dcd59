import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ctcLossRows } from './ctc-loss.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const int1d = (values: number[]) => tf.tensor1d(values, 'int32');

describe('ctcLossRows', () => {
  it('refuses inputs whose shapes, dtypes or blank do not fit, by name', () => {
    tf.tidy(() => {
      const good = {
        logProbs: tf.zeros([3, 2, 4]) as tf.Tensor3D,
        targets: tf.zeros([2, 1], 'int32') as tf.Tensor2D,
        inputLengths: int1d([3, 3]),
        targetLengths: int1d([1, 1]),
      };
      expect(() => ctcLossRows({ ...good, logProbs: tf.zeros([3, 4]) as tf.Tensor as tf.Tensor3D })).toThrow(
        'ctcLossRows: logProbs has shape [3, 4]; expected 3 axes',
      );
      expect(() => ctcLossRows({ ...good, targets: tf.zeros([1, 1], 'int32') as tf.Tensor2D })).toThrow(
        'ctcLossRows: targets has shape [1, 1]; expected 2 axes, [2, *]',
      );
      expect(() => ctcLossRows({ ...good, inputLengths: int1d([3]) })).toThrow(
        'ctcLossRows: inputLengths has shape [1]; expected 1 axes, [2]',
      );
      expect(() => ctcLossRows({ ...good, targetLengths: tf.tensor1d([1, 1]) })).toThrow(
        'ctcLossRows: targetLengths has dtype float32; expected int32',
      );
      expect(() => ctcLossRows(good, { blank: 4 })).toThrow(
        'ctcLossRows: blank is 4; expected a class in 0…3',
      );
    });
  });
});
