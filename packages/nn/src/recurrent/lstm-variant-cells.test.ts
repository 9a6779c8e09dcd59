import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { expectClose } from '../../test/close.ts';
import { gradcheck } from '../gradcheck/gradcheck.ts';
import { packPaddedSequence } from '../packing/packing.ts';
import { LayerNormLSTMCell } from './layer-norm-lstm-cell.ts';
import { LSTMCell } from './lstm-cell.ts';
import { PeepholeLSTMCell } from './peephole-lstm-cell.ts';
import { Recurrent } from './recurrent.ts';

type Row = number[];

const sizes = { inputSize: 2, hiddenSize: 3 };
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const dot = (a: Row, b: Row): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const product = (weight: Row[], x: Row): Row => weight.map((row) => dot(row, x));
const plus = (...rows: Row[]): Row => rows.reduce((a, b) => a.map((value, i) => value + b[i]!));

function normalised(x: Row, gain: Row, bias: Row): Row {
  const mean = x.reduce((a, b) => a + b) / x.length;
  const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / x.length;
  return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * gain[i]! + bias[i]!);
}

/** A cell's parameters by their keys, with values unlike those that are drawn. */
async function unlikely(cell: LayerNormLSTMCell | PeepholeLSTMCell): Promise<Record<string, never>> {
  for (const [i, parameter] of cell.parameters().entries())
    parameter.assign(tf.randomNormal(parameter.shape, 0.2, 1, 'float32', 10 + i));
  const entries = Object.entries(cell.stateDict()).map(async ([key, value]) => [key, await value.array()]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, never>;
}

/** Walks one row through a cell, given as its step by hand. */
function walk(x: Row[], step: (x: Row, h: Row, c: Row) => { h: Row; c: Row }): Row[] {
  let state = { h: [0, 0, 0], c: [0, 0, 0] };
  return x.map((input) => {
    state = step(input, state.h, state.c);
    return state.h;
  });
}

describe('LayerNormLSTMCell', () => {
  onEachBackend(() => {
    it('computes equations 20 to 22 of Ba, Kiros and Hinton', async () => {
      const cell = new LayerNormLSTMCell(sizes);
      const w: Record<string, never> = await unlikely(cell);
      const x = [
        [0.5, -1],
        [2, 0.3],
        [-0.7, 0.9],
      ];
      const expected = walk(x, (input, h, c) => {
        const gates = plus(
          normalised(product(w.weight_ih!, input), w['norm_ih.weight']!, w['norm_ih.bias']!),
          normalised(product(w.weight_hh!, h), w['norm_hh.weight']!, w['norm_hh.bias']!),
        );
        const gate = (k: number, j: number) => gates[3 * k + j]!;
        const next = c.map(
          (old, j) => sigmoid(gate(1, j)) * old + sigmoid(gate(0, j)) * Math.tanh(gate(2, j)),
        );
        const shown = normalised(next, w['norm_c.weight']!, w['norm_c.bias']!);
        return { h: shown.map((value, j) => sigmoid(gate(3, j)) * Math.tanh(value)), c: next };
      });
      await expectClose(new Recurrent(cell).forward(tf.tensor2d(x))[0], expected, 1e-5);
    });
  });

  it('has gradients that differences confirm', async () => {
    const layer = new Recurrent(new LayerNormLSTMCell(sizes), { batchFirst: true });
    await unlikely(layer.cells.at(0) as LayerNormLSTMCell);
    const x = tf.randomNormal([2, 3, 2], 0, 1, 'float32', 1);
    // A hidden state of zeros has no variance: its normalisation bends sharply there.
    const state: [tf.Tensor, tf.Tensor] = [
      tf.randomNormal([1, 2, 3], 0, 1, 'float32', 2),
      tf.randomNormal([1, 2, 3], 0, 1, 'float32', 3),
    ];
    expect(await gradcheck((h, c) => layer.forward(x, [h!, c!])[0], [...state, ...layer.parameters()])).toBe(
      true,
    );
  });
});

describe('PeepholeLSTMCell', () => {
  onEachBackend(() => {
    it('computes the equations of Gers and Schmidhuber', async () => {
      const cell = new PeepholeLSTMCell(sizes);
      const w: Record<string, never> = await unlikely(cell);
      const p = w.weight_p! as Row;
      const x = [
        [0.5, -1],
        [2, 0.3],
        [-0.7, 0.9],
      ];
      const expected = walk(x, (input, h, c) => {
        const sums = plus(product(w.weight_ih!, input), w.bias_ih!, product(w.weight_hh!, h), w.bias_hh!);
        const next = c.map((old, j) => {
          const i = sigmoid(sums[j]! + p[j]! * old);
          const f = sigmoid(sums[3 + j]! + p[6 + j]! * old);
          return f * old + i * Math.tanh(sums[6 + j]!);
        });
        const h2 = next.map((value, j) => sigmoid(sums[9 + j]! + p[3 + j]! * value) * Math.tanh(value));
        return { h: h2, c: next };
      });
      await expectClose(new Recurrent(cell).forward(tf.tensor2d(x))[0], expected, 1e-5);
    });
  });

  it('equals an LSTM cell where its peepholes are 0', async () => {
    const peephole = new PeepholeLSTMCell(sizes);
    const lstm = new LSTMCell(sizes);
    peephole.loadStateDict({ ...lstm.stateDict(), weight_p: tf.zeros([9]) });
    const packed = packPaddedSequence(tf.randomNormal([4, 2, 2], 0, 1, 'float32', 4), [4, 2]);
    const [ours] = new Recurrent(peephole).forward(packed);
    await expectClose(ours.padded, new Recurrent(lstm).forward(packed)[0].padded, 1e-6);
  });

  it('has gradients that differences confirm', async () => {
    const layer = new Recurrent(new PeepholeLSTMCell(sizes));
    const x = tf.randomNormal([3, 2, 2], 0, 1, 'float32', 5);
    expect(await gradcheck((input) => layer.forward(input!)[0], [x, ...layer.parameters()])).toBe(true);
  });
});
