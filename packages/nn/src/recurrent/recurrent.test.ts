import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { LstmByFormula, recurrentLike } from '../../test/lstm-by-formula.ts';
import { anyCase, makeInputs, makeLayer, shapeInputs, timeMajor } from '../../test/recurrent-cases.ts';
import { packPaddedSequence } from '../packing/packing.ts';
import { Cell, type CellStep } from './cell.ts';
import type { CellState } from './cell-state.ts';
import { ElmanLayer } from './elman-layer.ts';
import { GRUCell } from './gru-cell.ts';
import type { LSTM } from './lstm.ts';
import { LSTMCell } from './lstm-cell.ts';
import { Recurrent } from './recurrent.ts';
import { RNNCell } from './rnn-cell.ts';
import { VariationalDropoutCell } from './variational-dropout-cell.ts';

/** Sums its inputs and counts its steps: states in an object, one of them int32. */
class Summing extends Cell<{ total: tf.Tensor2D; steps: tf.Tensor1D }> {
  readonly inputSize = 2;
  readonly outputSize = 2;

  zeroState(rows: number) {
    return { total: tf.zeros<tf.Rank.R2>([rows, 2]), steps: tf.zeros<tf.Rank.R1>([rows], 'int32') };
  }

  step(x: tf.Tensor2D, { total, steps }: { total: tf.Tensor2D; steps: tf.Tensor1D }) {
    const next = tf.add(total, x) as tf.Tensor2D;
    return [next, { total: next, steps: tf.add(steps, tf.scalar(1, 'int32')) }] as ReturnType<
      Cell<{ total: tf.Tensor2D; steps: tf.Tensor1D }>['step']
    >;
  }
}

describe('Recurrent', () => {
  onEachBackend(() => {
    it("computes the same from an LSTM's formula as LSTM, with the same gradients, in every form", async () => {
      const cases = anyCase.map((c) => ({ ...c, kind: 'lstm' as const, projSize: 0 }));
      await fc.assert(
        fc.asyncProperty(cases, async (c) => {
          const lstm = makeLayer(c) as LSTM;
          const byFormula = recurrentLike(lstm);
          const { input, h0, c0 } = shapeInputs(c, makeInputs(c, lstm));
          const state = h0 && c0 && ([h0, c0] as [tf.Tensor, tf.Tensor]);
          const run = (layer: typeof lstm | typeof byFormula) => {
            let results: tf.Tensor[] = [];
            const { grads } = tf.variableGrads(() => {
              const [output, [hN, cN]] = layer.forward(input, state);
              results = [timeMajor(c, output), hN, cN].map((result) => tf.keep(result.clone()));
              return tf.addN(results.map((result) => tf.sum(tf.mul(result, tf.cos(result))))) as tf.Scalar;
            }, layer.parameters());
            return { results, gradients: layer.parameters().map(({ name }) => grads[name]!) };
          };
          const [expected, actual] = [run(lstm), run(byFormula)];
          for (const [i, result] of expected.results.entries()) {
            expect(actual.results[i]!.shape).toEqual(result.shape);
            await expectClose(actual.results[i]!, result, 1e-6);
          }
          // By layer and direction: W_ih, W_hh, b_ih and b_hh. The formula has one bias instead of two.
          const biases = c.bias ? 2 : 0;
          const sets = expected.gradients.length / (2 + biases);
          for (let set = 0; set < sets; set++) {
            const theirs = expected.gradients.slice((2 + biases) * set);
            const ours = actual.gradients.slice(3 * set);
            for (let i = 0; i < 2 + Math.sign(biases); i++) {
              const largest = (await tf.max(tf.abs(theirs[i]!)).data())[0]!;
              await expectClose(ours[i]!, theirs[i]!, 1e-6 * Math.max(1, largest));
            }
          }
          tf.dispose([expected.results, actual.results, expected.gradients, actual.gradients]);
          lstm.dispose();
          byFormula.dispose();
        }),
        { numRuns: 50 },
      );
    });

    it('gives the same by a cell’s kernel and by its formula', async () => {
      const sizes = { inputSize: 3, hiddenSize: 4 };
      const cells: Cell<never>[] = [
        new RNNCell(sizes),
        new RNNCell({ ...sizes, nonlinearity: 'relu' }),
        new GRUCell(sizes),
        new GRUCell({ ...sizes, bias: false }),
        new LSTMCell(sizes),
        new ElmanLayer({ ...sizes, outputSize: 2, outputActivation: 'sigmoid' }),
      ] as never;
      const packed = packPaddedSequence(tf.randomNormal([5, 3, 3]), [2, 5, 3], { enforceSorted: false });
      for (const cell of cells) {
        const fused = new Recurrent(cell).forward(packed);
        const stepped = new Recurrent(stepByStep(cell)).forward(packed);
        await expectClose(stepped[0].padded, fused[0].padded, 1e-6);
        const [theirs, ours] = [fused[1], stepped[1]].map((state) => [state].flat() as tf.Tensor[]);
        for (const [i, state] of theirs!.entries()) await expectClose(ours![i]!, state, 1e-6);
      }
    });

    it('runs cells whose states are objects, of any shape and dtype', async () => {
      const summing = new Recurrent((_layer, _direction) => new Summing(), { bidirectional: true });
      const x = tf.tensor3d([
        [
          [1, 10],
          [2, 20],
        ],
        [
          [3, 30],
          [4, 40],
        ],
      ]);
      const before = tf.memory().numTensors;
      const packed = packPaddedSequence(x, [2, 1]);
      const [output, { total, steps }] = summing.forward(packed);
      // The packed input and output, and the two states
      expect(tf.memory().numTensors).toBe(before + 4);
      await expectClose(output.padded, [
        [
          [1, 10, 4, 40],
          [2, 20, 2, 20],
        ],
        [
          [4, 40, 3, 30],
          [0, 0, 0, 0],
        ],
      ]);
      await expectClose(total, [
        [
          [4, 40],
          [2, 20],
        ],
        [
          [4, 40],
          [2, 20],
        ],
      ]);
      expect(steps.dtype).toBe('int32');
      await expectClose(steps, [
        [2, 1],
        [2, 1],
      ]);
      const [, onwards] = summing.forward(x, { total, steps });
      await expectClose(onwards.steps, [
        [4, 3],
        [4, 3],
      ]);
    });

    it('leaves nothing behind but its results', () => {
      const layer = new Recurrent(new LstmByFormula(3, 4));
      const x = tf.randomNormal([6, 2, 3]);
      const before = tf.memory().numTensors;
      const [output, [h, c]] = layer.forward(x);
      expect(tf.memory().numTensors).toBe(before + 3);
      tf.dispose([output, h, c]);
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  it('runs the step of a subclass that overrides only the step', async () => {
    class Halved extends GRUCell {
      override step(x: tf.Tensor2D, h: tf.Tensor2D): CellStep<tf.Tensor2D> {
        const [y, next] = super.step(x, h);
        return [tf.mul(y, 0.5), next];
      }
    }
    const halved = new Halved({ inputSize: 2, hiddenSize: 3 });
    const whole = new GRUCell({ inputSize: 2, hiddenSize: 3 });
    whole.loadStateDict(halved.stateDict());
    const x = tf.randomNormal([4, 1, 2]);
    await expectClose(
      new Recurrent(halved).forward(x)[0],
      tf.mul(new Recurrent(whole).forward(x)[0], 0.5),
      1e-6,
    );
  });

  it('runs the overridden step of a subclass whose base cell draws once for a sequence', async () => {
    class Doubled extends VariationalDropoutCell<tf.Tensor2D> {
      override step(x: tf.Tensor2D, h: tf.Tensor2D): CellStep<tf.Tensor2D> {
        const [y, next] = super.step(x, h);
        return [tf.mul(y, 2), next];
      }
    }
    const cell = new GRUCell({ inputSize: 2, hiddenSize: 3 });
    const x = tf.randomNormal([4, 1, 2]);
    const [doubled] = new Recurrent(new Doubled(cell)).forward(x);
    await expectClose(doubled, tf.mul(new Recurrent(cell).forward(x)[0], 2), 1e-6);
  });

  it('needs the same number of kernels for each further step', async () => {
    const layer = new Recurrent(new LstmByFormula(3, 4));
    const kernels = async (steps: number) => {
      const loss = () => tf.sum(layer.forward(tf.ones([steps, 2, 3]))[0]) as tf.Scalar;
      const { kernels } = await tf.profile(() => tf.dispose(tf.variableGrads(loss).grads));
      return kernels.length;
    };
    const [short, middle, long] = [await kernels(64), await kernels(96), await kernels(160)];
    expect(long - middle).toBe(2 * (middle - short));
  });

  it('has the keys of its cells, layer by layer, forward before reverse', () => {
    const layer = new Recurrent(
      (k) => new RNNCell({ inputSize: k === 0 ? 2 : 6, hiddenSize: 3, bias: false }),
      { numLayers: 2, bidirectional: true },
    );
    expect(Object.keys(layer.stateDict())).toEqual(
      [0, 1, 2, 3].flatMap((i) => [`cells.${i}.weight_ih`, `cells.${i}.weight_hh`]),
    );
    expect([layer.inputSize, layer.outputSize, layer.numDirections, layer.stateSizes]).toEqual([
      2,
      3,
      2,
      [3],
    ]);
  });
});

/** A cell with another cell's steps and no kernel. */
function stepByStep(cell: Cell<never>): Cell<never> {
  class Steps extends Cell {
    readonly inputSize = cell.inputSize;
    readonly outputSize = cell.outputSize;
    zeroState = (rows: number) => cell.zeroState(rows) as CellState;
    step(x: tf.Tensor2D, state: CellState) {
      return cell.step(x, state as never) as CellStep<CellState>;
    }
  }
  return new Steps() as never;
}
