import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { VectorEncoder } from './vector-encoder.ts';

beforeAll(() => useBackend(cpu({ threads: 1 })));

describe('VectorEncoder', () => {
  it('makes of each vector a memory of one step and one state', () => {
    tf.tidy(() => {
      const encoder = new VectorEncoder({ inputSize: 3 });
      const { values, lengths, states } = encoder.forward(tf.ones([2, 3]));
      expect([values.shape, lengths, states.map(({ shape }) => shape)]).toEqual([
        [2, 1, 3],
        [1, 1],
        [[1, 2, 3]],
      ]);
    });
  });

  it('throws for vectors of another size, and for lengths', () => {
    tf.tidy(() => {
      const encoder = new VectorEncoder({ inputSize: 3 });
      expect(() => encoder.forward(tf.ones([2, 4]))).toThrow(
        'VectorEncoder.forward: source has 4 features in its last axis (shape [2, 4]); inputSize is 3',
      );
      expect(() => encoder.forward(tf.ones([2, 3]), [1, 1])).toThrow(
        'lengths is given; a vector has no length',
      );
    });
  });
});
