import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '@unroll/nn';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokensOf } from '../../test/small-model.ts';
import { coverageLoss } from './coverage-loss.ts';
import { sequenceCrossEntropy } from './sequence-cross-entropy.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const value = (tensor: tf.Tensor) => tensor.dataSync()[0]!;

describe('coverageLoss', () => {
  it('is the attention that returns to covered steps, averaged over the tokens', () => {
    tf.tidy(() => {
      const attention = tf.tensor3d([
        [
          [1, 0],
          [0.6, 0.4],
          [0.5, 0.5],
        ],
        [
          [0.5, 0.5],
          [1, 0],
          [0, 1],
        ],
      ]);
      // First row: 0; min(0.6, 1) + min(0.4, 0); min(0.5, 1.6) + min(0.5, 0.4). Second: 0; min(1, 0.5); the third step is padding.
      const expected = (0.6 + 0.5 + 0.4 + 0.5) / 5;
      const target = tokensOf([
        [4, 5, 2],
        [3, 2, 0],
      ]);
      expect(value(coverageLoss(attention, target, 0))).toBeCloseTo(expected, 6);
    });
  });

  it('throws for targets of another length', () => {
    tf.tidy(() => {
      expect(() => coverageLoss(tf.ones([1, 3, 2]), tokensOf([[4, 2]]), 0)).toThrow(
        'coverageLoss: target has shape [1, 2]; expected [1, 3], a token for each step',
      );
    });
  });
});

describe('sequenceCrossEntropy', () => {
  const scores = () => tf.randomNormal<tf.Rank.R3>([2, 3, 5], 0, 1, 'float32', 1);
  const target = () =>
    tokensOf([
      [4, 3, 2],
      [1, 2, 0],
    ]);

  it('leaves padding out of mean and sum, and gives it 0 with reduction none', () => {
    tf.tidy(() => {
      const each = sequenceCrossEntropy(scores(), target(), { paddingToken: 0, reduction: 'none' });
      expect(each.shape).toEqual([2, 3]);
      const losses = [...each.dataSync()];
      expect(losses[5]).toBe(0);
      const total = losses.reduce((sum, loss) => sum + loss, 0);
      expect(
        value(sequenceCrossEntropy(scores(), target(), { paddingToken: 0, reduction: 'sum' })),
      ).toBeCloseTo(total, 5);
      expect(value(sequenceCrossEntropy(scores(), target(), { paddingToken: 0 }))).toBeCloseTo(total / 5, 5);
    });
  });

  it('smooths targets as nn.crossEntropy does', () => {
    tf.tidy(() => {
      const options = { labelSmoothing: 0.2 };
      const rows = tf.reshape(scores(), [6, 5]);
      const expected = crossEntropy(rows, tf.reshape(target(), [6]), { ...options, ignoreIndex: 0 });
      expect(value(sequenceCrossEntropy(scores(), target(), { ...options, paddingToken: 0 }))).toBe(
        value(expected),
      );
    });
  });

  it('throws for targets of another length', () => {
    tf.tidy(() => {
      expect(() => sequenceCrossEntropy(scores(), tokensOf([[1, 2, 3]]), { paddingToken: 0 })).toThrow(
        'sequenceCrossEntropy: target has shape [1, 3]; expected [2, 3], a token for each step',
      );
    });
  });
});
