import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Flatten } from './flatten.ts';

describe('Flatten', () => {
  it('makes one axis of all but the first, or of those between two', () => {
    const input = tf.zeros([2, 3, 4, 5]);
    expect(new Flatten().forward(input).shape).toEqual([2, 60]);
    expect(new Flatten({ startDim: 0 }).forward(input).shape).toEqual([120]);
    expect(new Flatten({ startDim: -3, endDim: 2 }).forward(input).shape).toEqual([2, 12, 5]);
  });

  it('refuses axes that the input does not have', () => {
    expect(() => new Flatten().forward(tf.zeros([2]))).toThrow(
      'Flatten.forward: input has shape [2]; startDim is 1 and endDim is -1',
    );
    expect(() => new Flatten({ startDim: 2, endDim: 1 }).forward(tf.zeros([2, 3, 4]))).toThrow(
      'startDim is 2',
    );
  });
});
