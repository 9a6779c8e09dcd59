import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import {
  expectFiniteDifferences,
  expectValueAndGradients,
  sequence,
  weightedSum,
} from '../../test/gradients.ts';
import { LayerNorm } from './layer-norm.ts';

onEachBackend(() => {
  describe('LayerNorm', () => {
    // ln = nn.LayerNorm([3, 2]); ln.weight.copy_(sequence(3, 2)); ln.bias.copy_(sequence(6).flip(0).reshape(3, 2))
    it('normalises over several last axes, with weight and bias, as PyTorch', async () => {
      using norm = new LayerNorm({ normalizedShape: [3, 2] });
      tf.tidy(() => {
        norm.weight!.assign(sequence(3, 2));
        norm.bias!.assign(tf.reshape(tf.reverse(sequence(6)), [3, 2]));
      });
      await expectValueAndGradients(
        (x) => norm.forward(x),
        [sequence(2, 3, 2)],
        [
          4.111468, 2.147347, 1.967988, 1.843265, 1.773178, -1.408941, -1.362306, 2.317384, 1.557003,
          0.991789, 0.621744, -2.7198,
        ],
        [
          -0.507663, -1.850664, -0.546752, 0.429346, 1.077631, 1.398101, -39.036659, 30.054024, 20.101688,
          8.978344, -3.31601, -16.78137,
        ],
      );
      const loss = () => weightedSum(norm.forward(sequence(2, 3, 2))) as tf.Scalar;
      const { grads } = tf.variableGrads(loss);
      await expectClose(
        grads[norm.weight!.name]!,
        [8.060896, 8.555842, 4.437742, -1.179181, -8.294925, -16.909491],
        5e-5,
      );
      await expectClose(grads[norm.bias!.name]!, [8, 10, 12, 14, 16, 18]);
    });

    it('gives mean 0 and variance 1 before it is trained', async () => {
      using norm = new LayerNorm({ normalizedShape: 8 });
      const output = norm.forward(tf.add(tf.mul(sequence(5, 4, 8), 3), 7));
      const { mean, variance } = tf.moments(output, -1);
      await expectClose(mean, tf.zeros([5, 4]));
      await expectClose(variance, tf.ones([5, 4]), 1e-4);
    });

    it('has the gradient that finite differences give, also without weights', () =>
      expectFiniteDifferences(
        (x) => new LayerNorm({ normalizedShape: 4, elementwiseAffine: false, eps: 0.1 }).forward(x),
        sequence(3, 4),
      ));

    it('has PyTorch’s state-dict keys, fewer without bias or weights', () => {
      const keys = (options: { elementwiseAffine?: boolean; bias?: boolean }) => {
        using norm = new LayerNorm({ normalizedShape: 4, ...options });
        return Object.keys(norm.stateDict());
      };
      expect(keys({})).toEqual(['weight', 'bias']);
      expect(keys({ bias: false })).toEqual(['weight']);
      expect(keys({ elementwiseAffine: false })).toEqual([]);
    });

    it('refuses second derivatives rather than give wrong ones', () => {
      using norm = new LayerNorm({ normalizedShape: 4 });
      const first = tf.grad((x) => weightedSum(norm.forward(x)));
      expect(() => tf.grad((x) => tf.sum(tf.square(first(x))))(sequence(2, 4))).toThrow(
        'LayerNorm: its gradient has no derivative of its own',
      );
    });

    it('leaves no tensor behind', () => {
      using norm = new LayerNorm({ normalizedShape: 4 });
      const input = sequence(3, 4);
      const before = tf.memory().numTensors;
      norm.forward(input).dispose();
      tf.dispose(tf.variableGrads(() => tf.sum(norm.forward(input))));
      tf.grad((x) => norm.forward(x))(input).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says which argument does not fit', () => {
      using norm = new LayerNorm({ normalizedShape: [3, 2] });
      expect(() => norm.forward(tf.zeros([2, 3]))).toThrow(
        'LayerNorm.forward: input has shape [2, 3]; its last axes are expected to be normalizedShape, [3, 2]',
      );
      expect(() => norm.forward(tf.zeros([2]))).toThrow('LayerNorm.forward: input has shape [2]');
      expect(() => new LayerNorm({ normalizedShape: [] })).toThrow('LayerNorm: normalizedShape is []');
      expect(() => new LayerNorm({ normalizedShape: [3, 0] })).toThrow('LayerNorm: normalizedShape is 0');
    });
  });
});
