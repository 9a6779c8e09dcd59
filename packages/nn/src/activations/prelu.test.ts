import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectValueAndGradients, sequence, weightedSum } from '../../test/gradients.ts';
import { PReLU, prelu } from './prelu.ts';

onEachBackend(() => {
  describe('prelu', () => {
    // F.prelu(sequence(2, 3, 2), torch.tensor([.5, -1., 2.]))
    it('has a slope and its gradient for each channel, as PyTorch, also at 0', () =>
      expectValueAndGradients(
        (x, a) => prelu(x, a),
        [sequence(2, 3, 2), tf.tensor1d([0.5, -1, 2])],
        [-0.75, 1.5, 1.333333, 1.166667, 1, 0.833333, 0.666667, 0.5, 0.333333, 0.166667, 0, -0.333333],
        [0.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 22, 24],
        [-1.5, 0, -2],
      ));

    it('has one slope of 0.25 for all channels by default', async () => {
      using module = new PReLU();
      expect(Object.entries(module.stateDict()).map(([key, { shape }]) => [key, shape])).toEqual([
        ['weight', [1]],
      ]);
      await expectClose(module.forward(tf.tensor1d([-4, 0, 3])), [-1, 0, 3]);
      await expectClose(module.forward(tf.scalar(-4)), [-1]);
      expect(module.forward(tf.scalar(-4)).shape).toEqual([]);
      using several = new PReLU({ numParameters: 2, init: 0.5 });
      await expectClose(several.weight, [0.5, 0.5]);
      const { grads } = tf.variableGrads(() => weightedSum(several.forward(sequence(2, 2))) as tf.Scalar);
      await expectClose(grads[several.weight.name]!, [-1.5, 0]);
    });

    it('leaves no tensor behind', () => {
      using module = new PReLU({ numParameters: 3 });
      const x = sequence(2, 3, 2);
      const before = tf.memory().numTensors;
      module.forward(x).dispose();
      tf.dispose(tf.variableGrads(() => tf.sum(module.forward(x))));
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says when slopes and channels do not fit one another', () => {
      using module = new PReLU({ numParameters: 4 });
      expect(() => module.forward(tf.zeros([2, 3, 4]))).toThrow(
        'prelu: weight has 4 slopes; expected 1, or one for each channel, of which an input of shape [2, 3, 4] has 3',
      );
      expect(() => module.forward(tf.zeros([4]))).toThrow('of which an input of shape [4] has 1');
      expect(() => prelu(tf.zeros([4]), tf.scalar(1))).toThrow('prelu: weight has shape []; expected 1 axes');
    });
  });
});
