import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectFiniteDifferences, expectValueAndGradients, sequence } from '../../test/gradients.ts';
import { GLU, glu } from './glu.ts';

onEachBackend(() => {
  describe('glu', () => {
    // F.glu(sequence(2, 4, 3), 1)
    it('gates the first half of an axis by the second, as PyTorch', () =>
      expectValueAndGradients(
        (x) => new GLU({ dim: 1 }).forward(x),
        [sequence(2, 4, 3)],
        [
          -0.991135, 0.933689, 0.77676, 0.631832, 0.5, 0.382025, -0.069536, -0.091213, -0.54505, -0.659493,
          -0.762542, -0.852902,
        ],
        [
          0.660756, 1.244919, 1.747711, 2.166282, 2.5, 2.750577, -0.336236, 0.705011, 0.972729, 1.158602,
          1.25, 1.241359, 1.46026, 1.459404, 7.35817, 7.913915, 8.387961, 8.772703, -0.385212, -0.596586,
          -0.894879, -1.375758, -1.991789, -2.752567,
        ],
      ));

    it('halves the last axis by default, with the gradient that finite differences give', async () => {
      expect(glu(sequence(3, 2, 6)).shape).toEqual([3, 2, 3]);
      await expectFiniteDifferences((x) => new GLU().forward(x), sequence(2, 4));
    });

    it('leaves no tensor behind', () => {
      const x = sequence(2, 4);
      const before = tf.memory().numTensors;
      glu(x).dispose();
      tf.grad((y) => glu(y))(x).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says which axis does not fit', () => {
      expect(() => glu(tf.zeros([2, 3]))).toThrow(
        'glu: input has size 3 in axis 1 (shape [2, 3]); expected an even one',
      );
      expect(() => glu(tf.zeros([2]), { dim: 1 })).toThrow(
        'glu: dim is 1; an input of shape [2] has axes -1…0',
      );
    });
  });
});
