import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { gradcheck } from '../gradcheck/gradcheck.ts';
import { manualSeed } from '../random/default-generator.ts';
import { Cell, type CellStep } from './cell.ts';
import { GRUCell } from './gru-cell.ts';
import { LSTMCell } from './lstm-cell.ts';
import { Recurrent } from './recurrent.ts';
import { VariationalDropoutCell } from './variational-dropout-cell.ts';
import { ZoneoutCell } from './zoneout-cell.ts';

/** Returns its input and its state, side by side, as its output. Its next state is all ones. */
class Showing extends Cell<tf.Tensor2D> {
  readonly inputSize = 40;
  readonly outputSize = 80;

  zeroState(rows: number): tf.Tensor2D {
    return tf.ones([rows, 40]);
  }

  step(x: tf.Tensor2D, h: tf.Tensor2D): CellStep<tf.Tensor2D> {
    return [tf.concat([x, h], 1), tf.onesLike(h)];
  }
}

describe('VariationalDropoutCell', () => {
  onEachBackend(() => {
    it('drops the same features of inputs and states in all steps of a row, and others in the next sequence', async () => {
      const layer = new Recurrent(
        new VariationalDropoutCell(new Showing(), { inputDropout: 0.25, stateDropout: 0.5 }),
      );
      const x = tf.ones<tf.Rank.R3>([5, 3, 40]);
      const [first, second] = [await layer.forward(x)[0].array(), await layer.forward(x)[0].array()];
      for (const step of first) expect(step).toEqual(first[0]);
      expect(second).not.toEqual(first);
      const [rowA, rowB] = first[0]!;
      expect(rowA).not.toEqual(rowB);
      const inputs = first[0]!.flatMap((row) => row.slice(0, 40));
      const states = first[0]!.flatMap((row) => row.slice(40));
      for (const value of inputs) expect([0, Math.fround(1 / 0.75)]).toContain(value);
      for (const value of states) expect([0, 2]).toContain(value);
      expect(inputs.filter((value) => value === 0).length / inputs.length).toBeCloseTo(0.25, 0.6);
      expect(states.filter((value) => value === 0).length / states.length).toBeCloseTo(0.5, 0.6);
    });

    it('gives the same by the kernel and step by step, where it masks only inputs', async () => {
      const sizes = { inputSize: 3, hiddenSize: 4 };
      const inner = new GRUCell(sizes);
      class Stepwise extends GRUCell {
        override step(x: tf.Tensor2D, h: tf.Tensor2D) {
          return super.step(x, h);
        }
      }
      const stepwise = new Stepwise(sizes);
      stepwise.loadStateDict(inner.stateDict());
      const x = tf.randomNormal([6, 2, 3], 0, 1, 'float32', 1);
      const outputs = [inner, stepwise].map((cell) => {
        manualSeed(5);
        return new Recurrent(new VariationalDropoutCell(cell, { inputDropout: 0.5 })).forward(x)[0];
      });
      await expectClose(outputs[0]!, outputs[1]!, 1e-6);
    });

    it('equals its cell in evaluation, by the kernel', async () => {
      const cell = new LSTMCell({ inputSize: 3, hiddenSize: 4 });
      const layer = new Recurrent(new VariationalDropoutCell(cell, { inputDropout: 0.5, stateDropout: 0.5 }));
      const x = tf.randomNormal([6, 2, 3], 0, 1, 'float32', 2);
      const [output] = layer.evaluating(() => layer.forward(x));
      expect(await output.array()).toEqual(await new Recurrent(cell).forward(x)[0].array());
    });
  });

  it('has gradients through its masks that differences confirm', async () => {
    manualSeed(1);
    const cell = new VariationalDropoutCell(new LSTMCell({ inputSize: 2, hiddenSize: 3 }), {
      inputDropout: 0.3,
      stateDropout: 0.4,
    });
    const layer = new Recurrent(cell);
    const x = tf.randomNormal([3, 2, 2], 0, 1, 'float32', 3);
    const loss = (input?: tf.Tensor) => {
      manualSeed(3);
      return layer.forward(input!)[0];
    };
    expect(await gradcheck(loss, [x, ...layer.parameters()])).toBe(true);
  });
});

describe('ZoneoutCell', () => {
  onEachBackend(() => {
    it('keeps elements of the states, each tensor with its probability, and returns the state that it passes on', async () => {
      const layer = new Recurrent(
        new ZoneoutCell(new LSTMCell({ inputSize: 2, hiddenSize: 200 }), { p: [0.25, 0.75] }),
      );
      const x = tf.randomNormal([1, 1, 2], 0, 1, 'float32', 4);
      const state: [tf.Tensor, tf.Tensor] = [tf.fill([1, 1, 200], 7), tf.fill([1, 1, 200], 9)];
      const [output, [h, c]] = layer.forward(x, state);
      await expectClose(output, h, 1e-9);
      const share = async (tensor: tf.Tensor, value: number) =>
        (await tensor.data()).filter((element) => element === value).length / 200;
      expect(await share(h, 7)).toBeCloseTo(0.25, 0.6);
      expect(await share(c, 9)).toBeCloseTo(0.75, 0.6);
      const [, [all]] = new Recurrent(
        new ZoneoutCell(new LSTMCell({ inputSize: 2, hiddenSize: 200 }), { p: 1 }),
      ).forward(x, state);
      expect(await share(all, 7)).toBe(1);
    });

    it('mixes last and next state in evaluation', async () => {
      const cell = new GRUCell({ inputSize: 2, hiddenSize: 3 });
      const layer = new Recurrent(new ZoneoutCell(cell, { p: 0.25 })).eval();
      const x = tf.randomNormal<tf.Rank.R3>([2, 1, 2]);
      let h: tf.Tensor = tf.zeros([1, 3]);
      for (const input of tf.unstack(x)) h = tf.add(tf.mul(0.25, h), tf.mul(0.75, cell.forward(input, h)));
      const [, hN] = layer.forward(x);
      await expectClose(hN, tf.expandDims(h, 0), 1e-6);
    });
  });

  it('has gradients that differences confirm, in training and in evaluation', async () => {
    manualSeed(1);
    const layer = new Recurrent(new ZoneoutCell(new GRUCell({ inputSize: 2, hiddenSize: 3 }), { p: 0.4 }));
    const x = tf.randomNormal([3, 2, 2], 0, 1, 'float32', 5);
    for (const training of [true, false]) {
      layer.train(training);
      const loss = (input?: tf.Tensor) => {
        manualSeed(3);
        return layer.forward(input!)[0];
      };
      expect(await gradcheck(loss, [x, ...layer.parameters()])).toBe(true);
    }
  });

  it.each<[string, () => unknown, string]>([
    [
      'another number of probabilities than there are states',
      () => new ZoneoutCell(new LSTMCell({ inputSize: 1, hiddenSize: 1 }), { p: [0.1] }),
      'ZoneoutCell: p has 1 probabilities; the state has 2 tensors',
    ],
    [
      'what is no cell',
      () => new VariationalDropoutCell({} as Cell<tf.Tensor>),
      'VariationalDropoutCell: cell is an object; expected a Cell',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
