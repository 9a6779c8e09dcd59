import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, expectValueAndGradients, sequence } from '../../test/gradients.ts';
import { CTCLoss, ctcLoss } from './ctc.ts';

const int1d = (values: number[]) => tf.tensor1d(values, 'int32');
const padded = () =>
  tf.tensor2d(
    [
      [1, 1, 2],
      [3, 2, 0],
      [0, 0, 0],
    ],
    [3, 3],
    'int32',
  );
const inputLengths = [5, 4, 3];
const targetLengths = [3, 2, 0];

onEachBackend(() => {
  describe('ctcLoss', () => {
    // F.ctc_loss(sequence(5, 3, 4).log_softmax(-1), torch.tensor([1, 1, 2, 3, 2]), [5, 4, 3], [3, 2, 0])
    it('averages losses divided by target lengths, as PyTorch', () =>
      expectValueAndGradients(
        (x) => ctcLoss(tf.logSoftmax(x), int1d([1, 1, 2, 3, 2]), inputLengths, targetLengths),
        [sequence(5, 3, 4)],
        [2.330491],
        [
          0.001258, -0.067727, 0.035997, 0.030471, -0.011262, 0.044511, 0.037678, -0.070927, -0.228166,
          0.089022, 0.075356, 0.063787, -0.057944, 0.011563, 0.025119, 0.021262, -0.002305, 0.044511,
          0.004744, -0.046951, -0.228166, 0.089022, 0.075356, 0.063787, -0.003437, -0.042944, 0.025119,
          0.021262, -0.00068, 0.044511, -0.046565, 0.002734, -0.228166, 0.089022, 0.075356, 0.063787,
          -0.013828, -0.050198, -0.030289, 0.094315, -0.011262, 0.044511, -0.065142, 0.031894, 0, 0, 0, 0,
          0.014675, 0.029674, -0.065611, 0.021262, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
      ));

    it('takes targets padded or one after another, and lengths as numbers or as a tensor', async () => {
      const logProbs = tf.logSoftmax(sequence(5, 3, 4));
      const loss = new CTCLoss({ reduction: 'none' });
      const expected = loss.forward(logProbs, padded(), inputLengths, targetLengths);
      expect(expected.shape).toEqual([3]);
      const inARow = int1d([1, 1, 2, 3, 2]);
      await expectClose(loss.forward(logProbs, inARow, inputLengths, targetLengths), expected);
      await expectClose(loss.forward(logProbs, inARow, int1d(inputLengths), int1d(targetLengths)), expected);
      await expectClose(
        loss.forward(logProbs, padded(), int1d(inputLengths), int1d(targetLengths)),
        expected,
      );
    });

    it('takes an unbatched sequence, and gives a scalar', async () => {
      const logProbs = tf.logSoftmax(sequence(5, 4));
      const target = int1d([1, 3]);
      const batch = ctcLoss(tf.expandDims(logProbs, 1), tf.expandDims(target, 0), [5], [2], {
        reduction: 'none',
      });
      for (const reduction of ['none', 'sum', 'mean'] as const) {
        const loss = ctcLoss(logProbs, target, 5, tf.scalar(2, 'int32'), { reduction });
        expect(loss.shape).toEqual([]);
        await expectClose(loss, reduction === 'mean' ? tf.div(batch, 2) : batch);
      }
    });

    it('has the gradient of its finite differences through a log softmax', () =>
      expectFiniteDifferences(
        (x) => ctcLoss(tf.logSoftmax(x), padded(), inputLengths, targetLengths, { reduction: 'none' }),
        sequence(5, 3, 4),
      ));

    it('is ∞ where the target does not fit, or 0 on request', async () => {
      const logProbs = tf.logSoftmax(sequence(5, 3, 4));
      const options = { reduction: 'none' } as const;
      const [first] = await ctcLoss(logProbs, padded(), [3, 4, 3], targetLengths, options).data();
      expect(first).toBe(Number.POSITIVE_INFINITY);
      const [zero] = await ctcLoss(logProbs, padded(), [3, 4, 3], targetLengths, {
        ...options,
        zeroInfinity: true,
      }).data();
      expect(zero).toBe(0);
    });

    it('takes targets that are all empty', async () => {
      const logProbs = tf.logSoftmax(sequence(2, 1, 3));
      const blanks = tf.neg(tf.sum(tf.slice(logProbs, [0, 0, 0], [2, 1, 1])));
      await expectClose(ctcLoss(logProbs, int1d([]), [2], [0]), tf.reshape(blanks, [1]));
    });

    it('leaves no tensor behind', () => {
      const [x, target] = [sequence(5, 3, 4), int1d([1, 1, 2, 3, 2])];
      const before = tf.memory().numTensors;
      tf.grad((y) => ctcLoss(tf.logSoftmax(y), target, inputLengths, targetLengths))(x).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says which argument does not fit', () => {
      const logProbs = tf.logSoftmax(sequence(5, 3, 4));
      const call = (targets: tf.Tensor, frames: number[], labels: number[], blank = 0) =>
        ctcLoss(logProbs, targets, frames, labels, { blank });
      expect(() => call(padded(), [6, 4, 3], targetLengths)).toThrow(
        'ctcLoss: inputLengths[0] is 6; expected a whole number in 0…5, T',
      );
      expect(() => call(padded(), inputLengths, [3, 4, 0])).toThrow(
        'ctcLoss: targetLengths[1] is 4; expected a whole number in 0…3, S',
      );
      expect(() => call(padded(), [5], targetLengths)).toThrow(
        'ctcLoss: inputLengths has 1 lengths; expected 3',
      );
      expect(() => call(int1d([1, 2]), inputLengths, [1, 1, 1])).toThrow('targetLengths add up to 3');
      expect(() => call(int1d([1, 2]), inputLengths, [1, 0, 0])).toThrow(
        'ctcLoss: targets has 2 labels one after another; targetLengths add up to 1',
      );
      expect(() => call(padded(), inputLengths, targetLengths, 4)).toThrow(
        'ctcLoss: blank is 4; expected a class in 0…3',
      );
      expect(() => call(tf.zeros([2, 3], 'int32'), inputLengths, targetLengths)).toThrow(
        'ctcLoss: targets has shape [2, 3]; expected [3, S], or [S], one after another',
      );
      expect(() => call(tf.zeros([3, 3]), inputLengths, targetLengths)).toThrow(
        'ctcLoss: targets has dtype float32',
      );
      expect(() => ctcLoss(tf.zeros([4]), int1d([1]), 4, 1)).toThrow('ctcLoss: logProbs has shape [4]');
    });
  });
});
