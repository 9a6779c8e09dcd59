import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, sequence } from '../../test/gradients.ts';
import { load } from '../saving/load.ts';
import { save } from '../saving/save.ts';
import type { BatchNormOptions } from './batch-norm.ts';
import { BatchNorm1d } from './batch-norm1d.ts';
import { BatchNorm2d } from './batch-norm2d.ts';

const norm = (options: Partial<BatchNormOptions> = {}) => new BatchNorm1d({ numFeatures: 3, ...options });

onEachBackend(() => {
  describe('batch normalization', () => {
    it('gives each channel mean 0 and variance 1 in training, over batch and positions', async () => {
      using images = new BatchNorm2d({ numFeatures: 3 });
      const output = images.forward(tf.add(tf.mul(sequence(4, 3, 2, 5), 3), 7));
      const { mean, variance } = tf.moments(output, [0, 2, 3]);
      await expectClose(mean, tf.zeros([3]));
      await expectClose(variance, tf.ones([3]), 1e-4);
    });

    it('remembers means and unbiased variances, and uses them in evaluation', async () => {
      using module = norm({ numFeatures: 1, momentum: 0.25 });
      module.forward(tf.tensor2d([[2], [4]]));
      await expectClose(module.getBuffer('running_mean'), [0.75]);
      await expectClose(module.getBuffer('running_var'), [0.75 + 0.25 * 2]);
      await expectClose(module.getBuffer('num_batches_tracked'), [1]);
      const output = module.eval().forward(tf.tensor2d([[0.75], [3]]));
      await expectClose(output, [0, 2.25 / Math.sqrt(1.25 + 1e-5)]);
      await expectClose(module.getBuffer('num_batches_tracked'), [1]);
    });

    it('without a momentum keeps the mean of all batches’ statistics', async () => {
      using module = norm({ numFeatures: 1, momentum: null });
      for (const values of [
        [0, 2],
        [4, 4],
        [8, 12],
      ])
        module.forward(tf.tensor2d(values, [2, 1]));
      await expectClose(module.getBuffer('running_mean'), [5]);
      await expectClose(module.getBuffer('running_var'), [10 / 3]);
    });

    it('has the gradient that finite differences give, with a batch’s statistics and with running ones', async () => {
      using module = norm({ eps: 0.1 });
      await expectFiniteDifferences((x) => module.forward(x), sequence(3, 3, 2));
      await expectFiniteDifferences((x) => module.eval().forward(x), sequence(3, 3, 2));
    });

    it('has no gradient for running statistics, and no optimizer gets them', () => {
      using module = norm();
      expect(module.parameters()).toEqual([module.weight, module.bias]);
      const { grads } = tf.variableGrads(() => tf.sum(module.forward(sequence(2, 3))));
      expect(Object.keys(grads).sort()).toEqual([module.weight!.name, module.bias!.name].sort());
    });

    it('has PyTorch’s state-dict keys', () => {
      const keys = (options: Partial<BatchNormOptions>) => {
        using module = norm(options);
        return Object.keys(module.stateDict());
      };
      const statistics = ['running_mean', 'running_var', 'num_batches_tracked'];
      expect(keys({})).toEqual(['weight', 'bias', ...statistics]);
      expect(keys({ affine: false })).toEqual(statistics);
      expect(keys({ trackRunningStats: false })).toEqual(['weight', 'bias']);
    });

    it('has its options and buffers as fields, as PyTorch', () => {
      using module = norm();
      expect([module.affine, module.trackRunningStats]).toEqual([true, true]);
      const { running_mean, running_var, num_batches_tracked } = module;
      expect(Object.fromEntries(module.namedBuffers())).toEqual({
        running_mean,
        running_var,
        num_batches_tracked,
      });
      using bare = norm({ affine: false, trackRunningStats: false });
      expect([bare.affine, bare.trackRunningStats, bare.running_mean]).toEqual([false, false, undefined]);
    });

    it('is the same after it was written and read', async () => {
      using module = norm();
      module.forward(sequence(4, 3));
      using read = norm();
      await load(read, await save(module));
      await expectClose(read.getBuffer('num_batches_tracked'), [1]);
      await expectClose(read.eval().forward(sequence(2, 3)), module.eval().forward(sequence(2, 3)), 1e-12);
    });

    it.each([[[0, 3]], [[0, 3, 5]], [[2, 3, 0]], [[1, 3, 0]]])(
      'gives gradients of 0 for an empty input of shape %j, as PyTorch',
      async (shape) => {
        const module = norm();
        const { value, grads } = tf.variableGrads(
          () => tf.sum(module.forward(tf.zeros(shape))) as tf.Scalar,
          module.parameters(),
        );
        expect([...(await value.data())]).toEqual([0]);
        expect(Object.keys(grads)).toHaveLength(2);
        for (const gradient of Object.values(grads)) expect([...(await gradient.data())]).toEqual([0, 0, 0]);
      },
    );

    it('gives an empty output for an empty batch, which changes no statistics', async () => {
      using module = norm();
      expect(module.forward(tf.zeros([0, 3, 5])).shape).toEqual([0, 3, 5]);
      await expectClose(module.getBuffer('running_var'), [1, 1, 1]);
      await expectClose(module.getBuffer('num_batches_tracked'), [1]);
      const empty = tf.zeros([0, 3]);
      norm({ affine: false }).forward(empty).dispose();
      expect(empty.isDisposed).toBe(false);
    });

    it('refuses second derivatives through a batch’s statistics rather than give wrong ones', () => {
      using module = norm();
      const first = tf.grad((x) => tf.sum(tf.square(module.forward(x))));
      expect(() => tf.grad((x) => tf.sum(first(x)))(sequence(2, 3))).toThrow(
        'BatchNorm1d: its gradient has no derivative of its own',
      );
    });

    it('leaves no tensor behind', () => {
      using module = norm({ momentum: null });
      const x = sequence(2, 3, 4);
      const before = tf.memory().numTensors;
      for (const training of [true, false]) {
        module.train(training).forward(x).dispose();
        tf.dispose(tf.variableGrads(() => tf.sum(module.forward(x))));
      }
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says what does not fit', async () => {
      using module = norm();
      expect(() => module.forward(tf.zeros([1, 3]))).toThrow(
        'BatchNorm1d.forward: input has one number for each channel (shape [1, 3]); expected more of them in training',
      );
      await expectClose(module.getBuffer('num_batches_tracked'), [0]);
      expect(module.eval().forward(tf.zeros([1, 3])).shape).toEqual([1, 3]);
      expect(() =>
        norm({ trackRunningStats: false })
          .eval()
          .forward(tf.zeros([1, 3])),
      ).toThrow('has one number');
      expect(() => module.forward(tf.zeros([2, 4]))).toThrow(
        'BatchNorm1d.forward: input has 4 features in its channel axis (shape [2, 4]); numFeatures is 3',
      );
      expect(() => module.forward(tf.zeros([3]))).toThrow(
        'BatchNorm1d.forward: input has shape [3]; expected [N, C] or [N, C, L]',
      );
      expect(() => new BatchNorm2d({ numFeatures: 3 }).forward(tf.zeros([3, 4, 4]))).toThrow(
        'BatchNorm2d.forward: input has shape [3, 4, 4]; expected [N, C, H, W]',
      );
    });
  });
});
