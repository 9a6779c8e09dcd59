import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { stepByHand, type Weights } from '../../test/by-hand.ts';
import { expectClose } from '../../test/close.ts';
import { manualSeed } from '../random/default-generator.ts';
import { GRU } from './gru.ts';
import { GRUCell } from './gru-cell.ts';
import type { LSTMState } from './lstm.ts';
import { LSTMCell } from './lstm-cell.ts';
import { RNNCell } from './rnn-cell.ts';

const kinds = ['tanh', 'relu', 'lstm', 'gru'] as const;

function makeCell(kind: (typeof kinds)[number], inputSize: number, hiddenSize: number, bias: boolean) {
  const options = { inputSize, hiddenSize, bias };
  if (kind === 'lstm') return new LSTMCell(options);
  return kind === 'gru' ? new GRUCell(options) : new RNNCell({ ...options, nonlinearity: kind });
}

describe('RNNCell, LSTMCell and GRUCell', () => {
  onEachBackend(() => {
    it('compute one step of the equations, with and without rows, with and without a state', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...kinds),
          fc.integer({ min: 0, max: 3 }), // 0: unbatched
          fc.integer({ min: 1, max: 3 }),
          fc.integer({ min: 1, max: 4 }),
          fc.boolean(),
          fc.boolean(),
          async (kind, rows, inputSize, hiddenSize, bias, state) => {
            manualSeed(5);
            const cell = makeCell(kind, inputSize, hiddenSize, bias);
            const batch = rows === 0 ? [] : [rows];
            const x = tf.randomNormal([...batch, inputSize]);
            const h0 = tf.randomNormal([...batch, hiddenSize]);
            const c0 = tf.randomNormal([...batch, hiddenSize]);
            const before = tf.memory().numTensors;
            const results =
              cell instanceof LSTMCell
                ? cell.forward(x, state ? [h0, c0] : undefined)
                : [cell.forward(x, state ? h0 : undefined)];
            expect(tf.memory().numTensors).toBe(before + results.length);

            const weights: Weights = {};
            for (const [key, parameter] of cell.namedParameters())
              weights[key] = (await parameter.array()) as number[];
            const rowsOf = async (tensor: tf.Tensor, features: number) =>
              (await tf.reshape(tensor, [Math.max(1, rows), features]).array()) as number[][];
            const [xs, hs, cs] = [
              await rowsOf(x, inputSize),
              await rowsOf(h0, hiddenSize),
              await rowsOf(c0, hiddenSize),
            ];
            const zeros = new Array<number>(hiddenSize).fill(0);
            const expected = xs.map((row, i) =>
              stepByHand(cell.mode, weights, '', row, state ? hs[i]! : zeros, state ? cs[i]! : zeros),
            );
            await expectClose(
              results[0]!,
              expected.map(({ h }) => h),
            );
            expect(results[0]!.shape).toEqual(h0.shape);
            if (results[1]) {
              await expectClose(
                results[1],
                expected.map(({ c }) => c),
              );
            }
            cell.dispose();
            tf.dispose([x, h0, c0, results]);
          },
        ),
        { numRuns: 40 },
      );
    });

    it('stepped through a sequence give what the layer gives, and the same gradients', async () => {
      const layer = new GRU({ inputSize: 2, hiddenSize: 3 });
      const cell = new GRUCell({ inputSize: 2, hiddenSize: 3 });
      cell.loadStateDict(
        Object.fromEntries(
          [...layer.namedParameters()].map(([key, value]) => [key.replace('_l0', ''), value]),
        ),
      );
      const x = tf.randomNormal<tf.Rank.R3>([4, 2, 2]);
      const bySteps = tf.variableGrads(() => {
        let h = tf.zeros([2, 3]);
        for (const step of tf.unstack(x)) h = cell.forward(step, h);
        return tf.sum(h) as tf.Scalar;
      });
      const atOnce = tf.variableGrads(() => tf.sum(layer.forward(x)[1]) as tf.Scalar);
      await expectClose(bySteps.value, atOnce.value);
      for (const [key, parameter] of layer.namedParameters()) {
        const ofCell = cell.getParameter(key.replace('_l0', ''));
        await expectClose(bySteps.grads[ofCell.name]!, atOnce.grads[parameter.name]!);
      }
      layer.dispose();
      cell.dispose();
    });
  });

  it('name their parameters as PyTorch does', () => {
    const cell = new LSTMCell({ inputSize: 2, hiddenSize: 3 });
    expect([...cell.namedParameters()].map(([key, { shape }]) => [key, shape])).toEqual([
      ['weight_ih', [12, 2]],
      ['weight_hh', [12, 3]],
      ['bias_ih', [12]],
      ['bias_hh', [12]],
    ]);
    expect(Object.keys(new RNNCell({ inputSize: 1, hiddenSize: 1, bias: false }).stateDict())).toEqual([
      'weight_ih',
      'weight_hh',
    ]);
  });

  it('keep the rank of their input in their types', () => {
    tf.tidy(() => {
      const next = new GRUCell({ inputSize: 1, hiddenSize: 1 }).forward(tf.ones<tf.Rank.R2>([2, 1]));
      expectTypeOf(next).toEqualTypeOf<tf.Tensor2D>();
      expect(next.shape).toEqual([2, 1]);
    });
  });

  it.each<[string, () => unknown, string]>([
    [
      'three axes',
      () => new RNNCell({ inputSize: 1, hiddenSize: 2 }).forward(tf.ones([1, 1, 1])),
      'RNNCell.forward: input has 3 axes (shape [1, 1, 1]); expected [N, inputSize] or [inputSize]',
    ],
    [
      'other features',
      () => new GRUCell({ inputSize: 1, hiddenSize: 2 }).forward(tf.ones([4, 2])),
      'GRUCell.forward: input has 2 features in its last axis (shape [4, 2]); inputSize is 1',
    ],
    [
      'a state of other rows',
      () => new GRUCell({ inputSize: 1, hiddenSize: 2 }).forward(tf.ones([4, 1]), tf.ones([3, 2])),
      'GRUCell.forward: h has shape [3, 2]; expected [4, 2], [N, H]',
    ],
    [
      'a state with rows for input without',
      () => new GRUCell({ inputSize: 1, hiddenSize: 2 }).forward(tf.ones([1]), tf.ones([1, 2])),
      'GRUCell.forward: h has shape [1, 2]; expected [2], [H]',
    ],
    [
      'one state in the place of two',
      () =>
        new LSTMCell({ inputSize: 1, hiddenSize: 2 }).forward(
          tf.ones([1, 1]),
          tf.ones([1, 2]) as unknown as LSTMState,
        ),
      'LSTMCell.forward: state is no pair; expected [h0, c0]',
    ],
    [
      'a negative size',
      () => new LSTMCell({ inputSize: 1, hiddenSize: -2 }),
      'LSTMCell: hiddenSize is -2; expected a whole number of at least 1',
    ],
    [
      'an unknown nonlinearity',
      () => new RNNCell({ inputSize: 1, hiddenSize: 2, nonlinearity: 'gelu' as 'tanh' }),
      "RNNCell: nonlinearity is 'gelu'; expected one of 'tanh', 'relu'",
    ],
  ])('refuse %s', (_, call, message) => {
    expect(() => tf.tidy(() => void call())).toThrow(message);
  });
});
