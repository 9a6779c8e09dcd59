import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { sameShape } from './same-shape.ts';
import {
  checkDtype,
  checkExactShape,
  checkFeatures,
  checkRank,
  checkRankAtLeast,
  checkShape,
  checkSteps,
  checkVariable,
} from './tensors.ts';

const matrix = tf.zeros([4, 6]);

describe('a check of a tensor', () => {
  it.each<[string, () => void, string]>([
    ['shape', () => checkShape('op', 'x', matrix, [undefined, 3]), 'shape [4, 6]; expected 2 axes, [*, 3]'],
    [
      'exact shape',
      () => checkExactShape('op', 'x', matrix, [4], ', rows'),
      'shape [4, 6]; expected [4], rows',
    ],
    [
      'rank',
      () => checkRank('op', 'x', matrix, 3, ', [T, N, C]'),
      'shape [4, 6]; expected 3 axes, [T, N, C]',
    ],
    ['least rank', () => checkRankAtLeast('op', 'x', matrix, 3), 'shape [4, 6]; expected at least 3 axes'],
    ['dtype', () => checkDtype('op', 'x', matrix, 'int32'), 'dtype float32; expected int32'],
    [
      'features',
      () => checkFeatures('op', 'x', matrix, 'inputSize', 5),
      '6 features in its last axis (shape [4, 6]); inputSize is 5',
    ],
    [
      'features, of a scalar',
      () => checkFeatures('op', 'x', tf.scalar(1), 'inputSize', 5),
      'no features in its last axis (shape []); inputSize is 5',
    ],
    [
      'steps',
      () => checkSteps('op', 'x', tf.zeros([2, 0]), 1),
      '0 steps (shape [2, 0]); expected at least 1',
    ],
  ])('names the problem with its %s', (_, check, words) => {
    expect(check).toThrow(`op: x has ${words}`);
  });

  it('names the value that was given instead of a tensor or a variable', () => {
    expect(() => checkShape('op', 'x', undefined, [])).toThrow('op: x is undefined; expected a tensor');
    expect(() => checkVariable('op', 'x', matrix)).toThrow('op: x is a Tensor; expected a tf.Variable');
  });

  it('accepts valid tensors', () => {
    checkShape('op', 'x', matrix, [undefined, 6]);
    checkExactShape('op', 'x', matrix, [4, 6]);
    checkRank('op', 'x', matrix, 2);
    checkRankAtLeast('op', 'x', matrix, 1);
    checkFeatures('op', 'x', matrix, 'inputSize', 6);
    checkSteps('op', 'x', matrix, 0);
    checkVariable('op', 'x', tf.variable(matrix));
  });

  it('refuses a tensor that is disposed', () => {
    const disposed = tf.zeros([4, 6]);
    disposed.dispose();
    expect(() => checkShape('op', 'x', disposed, [4, 6])).toThrow(
      'op: x is a disposed tensor: tf.tidy, a training step or dispose() has freed it. tf.keep(x) carries it out of a tidy; a loss function hands it out beside the loss, as { loss, state }',
    );
    expect(() => checkDtype('op', 'x', disposed, 'float32')).toThrow('op: x is a disposed tensor');
  });
});

it('two shapes are the same if all their axes are; a hole is not an axis', () => {
  expect(sameShape([4, 6], [4, 6])).toBe(true);
  expect(sameShape([], [])).toBe(true);
  expect(sameShape([4, 6], [6, 4])).toBe(false);
  expect(sameShape([4], [4, 1])).toBe(false);
  expect(sameShape(new Array(1), new Array(1))).toBe(false);
});
