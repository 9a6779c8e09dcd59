import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { expectFiniteDifferences, expectValueAndGradients, sequence } from '../../test/gradients.ts';
import { CrossEntropyLoss, crossEntropy } from './cross-entropy.ts';
import { NLLLoss, nllLoss } from './nll.ts';

const indices = (values: number[], ...shape: number[]) => tf.tensor(values, shape, 'int32');

// x = sequence(2, 3, 2); t = torch.tensor([[2, 0], [-100, 1]]); w = torch.tensor([.5, 2., 1.])
const positions = () => indices([2, 0, -100, 1], 2, 2);
const weight = () => tf.tensor1d([0.5, 2, 1]);

onEachBackend(() => {
  describe('a target that is not a class', () => {
    it.each(Object.entries({ crossEntropy, nllLoss }))('is refused by %s, of any shape', (name, loss) => {
      const cases: readonly (readonly [tf.Tensor, tf.Tensor, string])[] = [
        [sequence(2, 3), indices([0, -1], 2), '-1 in row 1'],
        [sequence(2, 3), indices([3, 0], 2), '3 in row 0'],
        [sequence(3), tf.scalar(-1, 'int32'), '-1'],
        [sequence(2, 3, 2), indices([0, 1, 2, 7], 2, 2), '7'],
      ];
      for (const [x, target, what] of cases) {
        for (const reduction of ['mean', 'sum', 'none'] as const) {
          expect(() => loss(x, target, { reduction })).toThrow(`${name}: target holds ${what}`);
          expect(() => tf.grad((x) => tf.sum(loss(x, target, { reduction })))(x)).toThrow(
            `${name}: target holds ${what}`,
          );
        }
        expect(() => loss(x, target)).toThrow('expected classes 0 to 2 (or ignoreIndex, -100)');
      }
    });

    it.each(Object.entries({ crossEntropy, nllLoss }))(
      'is ignored in %s where it is the ignoreIndex',
      async (_, loss) => {
        for (const ignoreIndex of [-1, 1, 3, 99]) {
          const x = tf.zeros([2, 3]);
          const all = loss(x, indices([0, ignoreIndex], 2), { ignoreIndex, reduction: 'none' });
          expect((await all.data())[1]).toBe(0);
          const gradient = await tf
            .grad((x) => loss(x, indices([0, ignoreIndex], 2), { ignoreIndex }))(x)
            .data();
          expect([...gradient.slice(3)].map((g) => g + 0)).toEqual([0, 0, 0]);
        }
      },
    );
  });

  describe('a single class', () => {
    const losses = { crossEntropy, nllLoss };
    const shapes: readonly (readonly [number[], number[]])[] = [
      [[3, 1], [3]],
      [[1, 1], [1]],
      [[1], []],
      [
        [2, 1, 3],
        [2, 3],
      ],
    ];
    it.each(Object.entries(losses))('has a value and a gradient in %s, of any shape', async (name, loss) => {
      for (const [shape, targetShape] of shapes) {
        for (const reduction of ['mean', 'sum', 'none'] as const) {
          const target = tf.zeros(targetShape, 'int32');
          const rows = tf.util.sizeFromShape(targetShape);
          const x = tf.fill(shape, -2);
          // −log p of the one class is 0, and −x is 2.
          const each = name === 'crossEntropy' ? 0 : 2;
          const slope = name === 'crossEntropy' ? 0 : -1 / (reduction === 'mean' ? rows : 1);
          const value = loss(x, target, { reduction });
          await expectClose(tf.sum(value), reduction === 'mean' ? [each] : [each * rows]);
          const gradient = tf.grad((x) => tf.sum(loss(x, target, { reduction })))(x);
          await expectClose(gradient, new Array<number>(rows).fill(slope));
        }
      }
    });
  });

  describe('crossEntropy', () => {
    // F.cross_entropy(x, t, weight=w, label_smoothing=.2)
    it('averages over positions by class weight, with smoothing and an ignored one, as PyTorch', () =>
      expectValueAndGradients(
        (x) => crossEntropy(x, positions(), { weight: weight(), labelSmoothing: 0.2 }),
        [sequence(2, 3, 2)],
        [1.047368],
        [
          0.000257, -0.042663, 0.128203, 0.020049, -0.128461, 0.022614, 0, 0.225374, 0, -0.326927, 0,
          0.101553,
        ],
      ));

    // F.cross_entropy(x, t, weight=w, label_smoothing=.2, reduction='none')
    it('gives each position’s loss in the target’s shape', async () => {
      const options = { weight: weight(), labelSmoothing: 0.2, reduction: 'none' } as const;
      expect(crossEntropy(sequence(2, 3, 2), positions(), options).shape).toEqual([2, 2]);
      await expectValueAndGradients(
        (x) => crossEntropy(x, positions(), options),
        [sequence(2, 3, 2)],
        [0.976463, 0.596809, 0, 2.092516],
        [0.000901, -0.298642, 0.448712, 0.140341, -0.449613, 0.1583, 0, 3.155233, 0, -4.576972, 0, 1.421739],
      );
    });

    // F.cross_entropy(x, sequence(2, 3, 2).softmax(1), weight=w, label_smoothing=.2)
    it('takes class probabilities, and divides by the number of positions', () => {
      const target = tf.transpose(tf.softmax(tf.transpose(sequence(2, 3, 2), [0, 2, 1])), [0, 2, 1]);
      return expectValueAndGradients(
        (x) => crossEntropy(x, target, { weight: weight(), labelSmoothing: 0.2 }),
        [sequence(2, 3, 2)],
        [1.232051],
        [
          0.000535, 0.071379, -0.051541, -0.072614, 0.051007, 0.001235, 0.071379, 0.071379, -0.072614,
          -0.072614, 0.001235, 0.001235,
        ],
      );
    });

    // F.cross_entropy(sequence(3), torch.tensor(1))
    it('takes one unbatched row and its index', () =>
      expectValueAndGradients(
        (x) => crossEntropy(x, tf.scalar(1, 'int32')),
        [sequence(3)],
        [0.639888],
        [0.026255, -0.472649, 0.446393],
      ));

    it('is differentiable in class probabilities too', () =>
      expectFiniteDifferences((x, q) => crossEntropy(x, q), sequence(2, 3), tf.softmax(sequence(2, 3))));

    it('is NaN on average and 0 in sum where all positions are ignored', async () => {
      const ignored = indices([-100, -100], 2);
      await expectClose(crossEntropy(sequence(2, 3), ignored), [Number.NaN]);
      await expectClose(crossEntropy(sequence(2, 3), ignored, { reduction: 'sum' }), [0]);
      await expectClose(crossEntropy(sequence(2, 3), ignored, { reduction: 'none' }), [0, 0]);
    });

    it('ignores another index when told to, as a module that keeps its options', async () => {
      const loss = new CrossEntropyLoss({ ignoreIndex: 0, reduction: 'none' });
      const [first] = await loss.forward(sequence(2, 3), indices([0, 2], 2)).data();
      expect(first).toBe(0);
    });

    it('leaves no tensor behind', () => {
      const [x, t] = [sequence(2, 3, 2), positions()];
      const before = tf.memory().numTensors;
      crossEntropy(x, t).dispose();
      tf.grad((y) => crossEntropy(y, t))(x).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says which argument does not fit', () => {
      const x = sequence(2, 3);
      expect(() => crossEntropy(x, indices([0, 1, 2], 3))).toThrow(
        'crossEntropy: target has shape [3]; expected class indices of shape [2] or class probabilities of shape [2, 3] for an input of shape [2, 3]',
      );
      expect(() => crossEntropy(x, tf.tensor1d([0, 1]))).toThrow(
        'crossEntropy: target has dtype float32; expected int32 class indices',
      );
      expect(() => crossEntropy(x, tf.zeros([2, 3], 'int32'))).toThrow(
        'expected float32 class probabilities',
      );
      expect(() => crossEntropy(x, tf.softmax(x), { ignoreIndex: 1 })).toThrow(
        'crossEntropy: ignoreIndex is 1',
      );
      expect(() => crossEntropy(x, indices([0, 1], 2), { weight: tf.ones([2]) })).toThrow(
        'crossEntropy: weight has shape [2]; expected [3]',
      );
      expect(() => crossEntropy(x, indices([0, 1], 2), { labelSmoothing: 2 })).toThrow(
        'crossEntropy: labelSmoothing is 2; expected a number in [0, 1]',
      );
      expect(() => crossEntropy(tf.scalar(1), tf.scalar(1, 'int32'))).toThrow(
        'crossEntropy: input is a scalar',
      );
      expect(() => new CrossEntropyLoss({ reduction: 'average' as never })).toThrow(
        "CrossEntropyLoss: reduction is 'average'; expected 'none', 'mean' or 'sum'",
      );
    });
  });

  describe('nllLoss', () => {
    // F.nll_loss(x, t, weight=w)
    it('averages by class weight over positions that are not ignored, as PyTorch', () =>
      expectValueAndGradients(
        (x) => nllLoss(x, positions(), { weight: weight() }),
        [sequence(2, 3, 2)],
        [-0.595238],
        [0, -0.142857, 0, 0, -0.285714, 0, 0, 0, 0, -0.571429, 0, 0],
      ));

    // F.nll_loss(x, t, weight=w, reduction='none')
    it('gives each position’s loss, and 0 where ignored', () =>
      expectValueAndGradients(
        (x) => nllLoss(x, positions(), { weight: weight(), reduction: 'none' }),
        [sequence(2, 3, 2)],
        [-1, -0.75, 0, -0.333333],
        [0, -1, 0, 0, -1, 0, 0, 0, 0, -8, 0, 0],
      ));

    it('of a log softmax is crossEntropy', async () => {
      const target = indices([2, 0], 2);
      const loss = new NLLLoss({ reduction: 'sum' }).forward(tf.logSoftmax(sequence(2, 3)), target);
      await expectClose(loss, crossEntropy(sequence(2, 3), target, { reduction: 'sum' }));
    });

    it('reads only the target’s class, so that −∞ at another class changes nothing', async () => {
      const input = tf.tensor2d([[Number.NEGATIVE_INFINITY, -0.5]]);
      await expectClose(nllLoss(input, indices([1], 1)), [0.5]);
    });

    it('is NaN where all positions are ignored', () =>
      expectClose(nllLoss(sequence(2, 3), indices([-100, -100], 2)), [Number.NaN]));

    it('leaves no tensor behind', () => {
      const [x, t] = [sequence(2, 3, 2), positions()];
      const before = tf.memory().numTensors;
      tf.grad((y) => nllLoss(y, t))(x).dispose();
      expect(tf.memory().numTensors).toBe(before);
    });

    it('says which argument does not fit', () => {
      expect(() => nllLoss(sequence(2, 3), indices([0], 1))).toThrow(
        'nllLoss: target has shape [1]; expected class indices of shape [2] for an input of shape [2, 3]',
      );
      expect(() => nllLoss(tf.zeros([2, 3], 'int32'), indices([0, 1], 2))).toThrow(
        'nllLoss: input has dtype int32; expected float32',
      );
    });
  });
});
