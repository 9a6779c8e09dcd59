import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, expectValueAndGradients, sequence } from '../../test/gradients.ts';
import { BCEWithLogitsLoss, binaryCrossEntropyWithLogits } from './binary-cross-entropy.ts';
import { HuberLoss, huberLoss } from './huber.ts';
import { L1Loss, l1Loss } from './l1.ts';
import { MSELoss, mseLoss } from './mse.ts';
import { SmoothL1Loss, smoothL1Loss } from './smooth-l1.ts';

// a = torch.tensor([0., .5, -1.5, 3., 1.]); b = torch.tensor([0., 0., 1., 1., 2.])
const a = () => tf.tensor1d([0, 0.5, -1.5, 3, 1]);
const b = () => tf.tensor1d([0, 0, 1, 1, 2]);

afterEach(() => vi.restoreAllMocks());

onEachBackend(() => {
  describe('binaryCrossEntropyWithLogits', () => {
    // F.binary_cross_entropy_with_logits(x, y, weight=torch.tensor([[1., 2., .5]]), pos_weight=torch.tensor([3., 1., .5]))
    it('stays exact for scores of 0 and ±80, with both weights, as PyTorch', () =>
      expectValueAndGradients(
        (x, y) =>
          binaryCrossEntropyWithLogits(x, y, {
            weight: tf.tensor2d([[1, 2, 0.5]]),
            posWeight: tf.tensor1d([3, 1, 0.5]),
          }),
        [
          tf.tensor2d([
            [0, 80, -80],
            [1.5, -0.25, 0],
          ]),
          tf.tensor2d([
            [1, 0, 1],
            [0.25, 0.5, 1],
          ]),
        ],
        [30.846954],
        [-0.25, 0.333333, -0.041667, 0.079394, -0.020725, -0.020833],
        [0.231049, -26.666666, 3.333333, -0.182862, 0.083333, -0.028881],
      ));

    it('has the gradient of its finite differences, as a module too', () => {
      const loss = new BCEWithLogitsLoss({ reduction: 'none' });
      return expectFiniteDifferences(
        (x, y) => loss.forward(x, y),
        sequence(2, 3),
        tf.sigmoid(sequence(2, 3)),
      );
    });

    it.each([
      [0, 1],
      [1, 1],
      [0, 3],
      [1, 3],
      [0.25, 0.5],
    ])(
      'keeps its digits, and those of its gradient, for any score: target %f, posWeight %f',
      async (y, p) => {
        const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
        const sigmoid = (x: number) => Math.exp(-softplus(-x));
        const scores = Float32Array.from([
          -80, -50, -20, -16, -12, -8, -4, -1, 0, 1, 3, 8, 12, 16, 20, 50, 80,
        ]);
        const x = tf.tensor1d(scores);
        const loss = (x: tf.Tensor) =>
          binaryCrossEntropyWithLogits(x, tf.fill(x.shape, y), {
            posWeight: tf.scalar(p),
            reduction: 'none',
          });
        const relative = (actual: ArrayLike<number>, exact: (x: number) => number) =>
          Math.max(...Array.from(scores, (x, i) => Math.abs(actual[i]! / exact(x) - 1)));
        expect(
          relative(await loss(x).data(), (x) => p * y * softplus(-x) + (1 - y) * softplus(x)),
        ).toBeLessThan(1e-6);
        const gradient = await tf
          .grad((x) => tf.sum(loss(x)))(x)
          .data();
        expect(relative(gradient, (x) => (1 - y) * sigmoid(x) - p * y * sigmoid(-x))).toBeLessThan(2e-6);
      },
    );

    it('has gradients for its weights, and second derivatives', async () => {
      const x = tf.tensor2d([[-2, 0, 3]]);
      const y = tf.tensor2d([[0.25, 1, 0]]);
      const p = tf.tensor1d([3, 1, 0.5]);
      await expectFiniteDifferences(
        (x, y, p) => binaryCrossEntropyWithLogits(x, y, { posWeight: p, reduction: 'none' }),
        x,
        y,
        p,
      );
      await expectFiniteDifferences(
        (w) => binaryCrossEntropyWithLogits(x, y, { weight: w, posWeight: tf.scalar(2), reduction: 'none' }),
        tf.tensor1d([1, 2, 0.5]),
      );
      const slope = tf.grad((x) => binaryCrossEntropyWithLogits(x, y, { reduction: 'sum' }));
      const bend = tf.grad((x) => tf.sum(slope(x)))(x);
      const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
      await expectClose(
        bend,
        [-2, 0, 3].map((x) => sigmoid(x) * sigmoid(-x)),
      );
    });

    it('refuses a target of another shape, and weights that do not broadcast', () => {
      expect(() => binaryCrossEntropyWithLogits(tf.zeros([2]), tf.zeros([2, 1]))).toThrow(
        "binaryCrossEntropyWithLogits: target has shape [2, 1]; expected the input's, [2]",
      );
      expect(() =>
        binaryCrossEntropyWithLogits(tf.zeros([2]), tf.zeros([2]), { posWeight: tf.ones([3]) }),
      ).toThrow('posWeight has shape [3], which does not broadcast');
      expect(() =>
        binaryCrossEntropyWithLogits(tf.zeros([2]), tf.zeros([2]), { weight: tf.ones([4, 2]) }),
      ).toThrow("weight has shape [4, 2], which does not broadcast to the input's, [2]");
    });
  });

  describe('regression losses', () => {
    // F.mse_loss(a, b)
    it('mseLoss is PyTorch’s', () =>
      expectValueAndGradients(
        (x, y) => mseLoss(x, y),
        [a(), b()],
        [2.3],
        [0, 0.2, -1, 0.8, -0.4],
        [0, -0.2, 1, -0.8, 0.4],
      ));

    // F.l1_loss(a, b)
    it('l1Loss is PyTorch’s, with gradient 0 where both agree', () =>
      expectValueAndGradients(
        (x, y) => l1Loss(x, y),
        [a(), b()],
        [1.2],
        [0, 0.2, -0.2, 0.2, -0.2],
        [0, -0.2, 0.2, -0.2, 0.2],
      ));

    // F.smooth_l1_loss(a, b, beta=.75, reduction='sum')
    it('smoothL1Loss is PyTorch’s', () =>
      expectValueAndGradients(
        (x, y) => smoothL1Loss(x, y, { beta: 0.75, reduction: 'sum' }),
        [a(), b()],
        [4.541667],
        [0, 0.666667, -1, 1, -1],
        [0, -0.666667, 1, -1, 1],
      ));

    // F.huber_loss(a, b, delta=.75, reduction='sum')
    it('huberLoss is PyTorch’s', () =>
      expectValueAndGradients(
        (x, y) => huberLoss(x, y, { delta: 0.75, reduction: 'sum' }),
        [a(), b()],
        [3.40625],
        [0, 0.5, -0.75, 0.75, -0.75],
        [0, -0.5, 0.75, -0.75, 0.75],
      ));

    it('smoothL1Loss with beta 0 is l1Loss', () =>
      expectClose(
        smoothL1Loss(a(), b(), { beta: 0, reduction: 'none' }),
        l1Loss(a(), b(), { reduction: 'none' }),
      ));

    it('modules keep their options', async () => {
      await expectClose(new MSELoss({ reduction: 'none' }).forward(a(), b()), [0, 0.25, 6.25, 4, 1]);
      await expectClose(new L1Loss({ reduction: 'sum' }).forward(a(), b()), [6]);
      await expectClose(new SmoothL1Loss({ beta: 0.75, reduction: 'sum' }).forward(a(), b()), [4.541667]);
      await expectClose(new HuberLoss({ delta: 0.75, reduction: 'sum' }).forward(a(), b()), [3.40625]);
    });

    it('a target that broadcasts is warned about and used; one that does not is an error', async () => {
      const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
      await expectFiniteDifferences((x, y) => mseLoss(x, y), sequence(2, 3), sequence(3));
      expect(warn.mock.calls[0]![0]).toBe(
        "mseLoss: target has shape [3]; the input's is [2, 3]: they broadcast, which is seldom meant.",
      );
      expect(() => l1Loss(tf.zeros([2]), tf.zeros([3]))).toThrow(
        "l1Loss: target has shape [3]; the input's is [2], and they do not broadcast",
      );
    });

    it('leave no tensor behind', () => {
      const [x, y] = [a(), b()];
      const before = tf.memory().numTensors;
      for (const loss of [mseLoss, l1Loss, smoothL1Loss, huberLoss, binaryCrossEntropyWithLogits]) {
        tf.grad((z) => loss(z, y))(x).dispose();
      }
      expect(tf.memory().numTensors).toBe(before);
    });

    it('refuse options out of range', () => {
      expect(() => smoothL1Loss(a(), b(), { beta: -1 })).toThrow('smoothL1Loss: beta is -1');
      expect(() => huberLoss(a(), b(), { delta: 0 })).toThrow(
        'huberLoss: delta is 0; expected a number over 0',
      );
      expect(() => mseLoss(a(), b(), { reduction: 'avg' as never })).toThrow("mseLoss: reduction is 'avg'");
    });
  });
});
