import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, expectValueAndGradients, sequence } from '../../test/gradients.ts';
import { CosineEmbeddingLoss, cosineEmbeddingLoss } from './cosine-embedding.ts';
import { KLDivLoss, klDiv } from './kl-div.ts';
import { BCELoss, binaryCrossEntropy } from './probability-cross-entropy.ts';

onEachBackend(() => {
  describe('binaryCrossEntropy', () => {
    // F.binary_cross_entropy(x, y, weight=torch.tensor([1., 2., .5]))
    it('is PyTorch’s, with a weight', () =>
      expectValueAndGradients(
        (x) =>
          new BCELoss({ weight: tf.tensor1d([1, 2, 0.5]) }).forward(
            x,
            tf.tensor2d([
              [1, 0.5, 0],
              [0.25, 0, 1],
            ]),
          ),
        [
          tf.tensor2d([
            [0.1, 0.5, 0.9],
            [0.25, 0.75, 1],
          ]),
        ],
        [1.362504],
        [-1.666667, 0, 0.833333, 0, 1.333333, 0],
      ));

    it('limits logarithms to −100 and divisors to 10⁻¹²', async () => {
      const [x, y] = [tf.tensor1d([0, 1, 0, 1]), tf.tensor1d([1, 0, 0, 1])];
      await expectClose(binaryCrossEntropy(x, y, { reduction: 'none' }), [100, 100, 0, 0]);
      const gradient = tf.grad((z) => binaryCrossEntropy(z, y, { reduction: 'sum' }))(x);
      await expectClose(tf.mul(gradient, 1e-12), [-1, 1, 0, 0]);
    });

    it('keeps the digits of small probabilities', async () => {
      const small = Float32Array.from([1e-7, 1e-12, 1e-20]);
      const loss = await binaryCrossEntropy(tf.tensor1d(small), tf.zeros([3]), { reduction: 'none' }).data();
      for (const [i, x] of small.entries())
        expect(Math.abs(loss[i]! / -Math.log1p(-x) - 1)).toBeLessThan(1e-6);
    });

    it('has gradients for probabilities, targets and weights', () =>
      expectFiniteDifferences(
        (x, y, w) => binaryCrossEntropy(x, y, { weight: w, reduction: 'none' }),
        tf.tensor2d([[0.3, 0.6, 0.5]]),
        tf.tensor2d([[0.25, 1, 0]]),
        tf.tensor1d([1, 2, 0.5]),
      ));

    it('refuses targets of another shape, and weights that do not broadcast', () => {
      expect(() => binaryCrossEntropy(tf.zeros([2]), tf.zeros([2, 1]))).toThrow(
        'binaryCrossEntropy: target has shape [2, 1]; expected [2], the input’s',
      );
      expect(() => binaryCrossEntropy(tf.zeros([2]), tf.zeros([2]), { weight: tf.ones([3]) })).toThrow(
        'binaryCrossEntropy: weight has shape [3], which does not broadcast',
      );
    });
  });

  describe('klDiv', () => {
    const x = () =>
      tf.tensor2d([
        [-1, -2, -3],
        [-0.5, -1.5, -2.5],
      ]);

    // F.kl_div(x, y, reduction='batchmean')
    it('is PyTorch’s, and 0 where the target is 0', () =>
      expectValueAndGradients(
        (z) =>
          new KLDivLoss({ reduction: 'batchmean' }).forward(
            z,
            tf.tensor2d([
              [0, 0.5, 0.5],
              [0.25, 0.25, 0.5],
            ]),
          ),
        [x()],
        [1.258566],
        [0, -0.25, -0.25, -0.125, -0.125, -0.25],
      ));

    // F.kl_div(x, y.log(), log_target=True)
    it('takes log-probabilities for a target, as PyTorch', () =>
      expectValueAndGradients(
        (z, y) => klDiv(z, y, { logTarget: true }),
        [
          x(),
          tf.log(
            tf.tensor2d([
              [0.1, 0.5, 0.4],
              [0.25, 0.25, 0.5],
            ]),
          ),
        ],
        [0.344491],
        [-0.016667, -0.083333, -0.066667, -0.041667, -0.041667, -0.083333],
        [-0.005043, 0.192238, 0.205581, 0.004738, 0.046404, 0.233904],
      ));

    it('has the gradient of its finite differences for both inputs', () =>
      expectFiniteDifferences(
        (z, y) => klDiv(z, y, { reduction: 'none' }),
        sequence(2, 3),
        tf.tensor2d([[0.3, 0.5, 0.2]].concat([[0.6, 0.1, 0.3]])),
      ));
  });

  describe('cosineEmbeddingLoss', () => {
    // F.cosine_embedding_loss(a, b, torch.tensor([1, -1, 1]), margin=-.5, reduction='none')
    it('is PyTorch’s, with a margin', async () => {
      const a = sequence(3, 4);
      const b = tf.mul(a, tf.tensor1d([1, -1, 1, 0.5]));
      await expectClose(
        cosineEmbeddingLoss(a, b, tf.tensor1d([1, -1, 1]), { margin: -0.5, reduction: 'none' }),
        [0.654251, 0.881559, 0.37639],
      );
    });

    it('is 0 where the target is neither 1 nor −1, and up to the margin', () =>
      expectClose(
        cosineEmbeddingLoss(tf.ones([3, 2]), tf.ones([3, 2]), tf.tensor1d([0, 2, -1]), {
          margin: 1,
          reduction: 'none',
        }),
        [0, 0, 0],
      ));

    it('takes one pair too, and has the gradient of its finite differences', async () => {
      const loss = new CosineEmbeddingLoss({ margin: -0.9 });
      await expectFiniteDifferences(
        (x, y) => loss.forward(x, y, tf.scalar(-1)),
        sequence(4),
        tf.tensor1d([1, 2, -1, 0]),
      );
      await expectFiniteDifferences(
        (x, y) => loss.forward(x, y, tf.tensor1d([1, -1])),
        sequence(2, 3),
        tf.add(sequence(2, 3), 1),
      );
    });

    it('says which shapes do not fit', () => {
      const [x, y] = [tf.ones([2, 3]), tf.ones([2])];
      expect(() => cosineEmbeddingLoss(tf.ones([2, 3, 4]), x, y)).toThrow(
        'cosineEmbeddingLoss: input1 has shape [2, 3, 4]; expected [N, D] or [D]',
      );
      expect(() => cosineEmbeddingLoss(x, tf.ones([1, 3]), y)).toThrow(
        'cosineEmbeddingLoss: input2 has shape [1, 3]; expected [2, 3], that of input1',
      );
      expect(() => cosineEmbeddingLoss(x, x, tf.scalar(1))).toThrow(
        'cosineEmbeddingLoss: target has shape []; expected [2], a number for each pair',
      );
    });
  });

  it('losses of probabilities leave no tensor behind', () => {
    const [x, y] = [tf.tensor2d([[0.25, 0.75]]), tf.tensor2d([[0.5, 1]])];
    const sign = tf.tensor1d([1]);
    const before = tf.memory().numTensors;
    for (const loss of [binaryCrossEntropy, klDiv]) tf.dispose(tf.grads((a, b) => loss(a, b))([x, y]));
    tf.dispose(tf.grads((a, b) => cosineEmbeddingLoss(a, b, sign))([x, y]));
    expect(tf.memory().numTensors).toBe(before);
  });
});
