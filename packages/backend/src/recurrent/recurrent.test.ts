import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import '#tfjs-gradients';
import { Philox } from '../random/philox.ts';
import { GATES, type Mode } from './contract.ts';
import { type RecurrentInputs, recurrent } from './recurrent.ts';

interface Case {
  mode: Mode;
  steps: number;
  rows: number;
  features: number;
  hiddenSize: number;
  projSize: number;
  bias: boolean;
  state: boolean;
  lengths: number[] | undefined;
  reverse: boolean;
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    mode: fc.constantFrom<Mode>('rnn_tanh', 'rnn_relu', 'lstm', 'gru'),
    steps: fc.integer({ min: 1, max: 4 }),
    rows: fc.integer({ min: 1, max: 3 }),
    features: fc.integer({ min: 1, max: 3 }),
    hiddenSize: fc.integer({ min: 2, max: 4 }),
    projSize: fc.integer({ min: 0, max: 1 }),
    bias: fc.boolean(),
    state: fc.boolean(),
    reverse: fc.boolean(),
    ragged: fc.boolean(),
  })
  .chain(({ ragged, ...rest }) =>
    fc
      .array(fc.integer({ min: 1, max: rest.steps }), { minLength: rest.rows, maxLength: rest.rows })
      .map((lengths) => ({
        ...rest,
        projSize: rest.mode === 'lstm' ? rest.projSize : 0,
        lengths: ragged ? lengths : undefined,
      })),
  );

function makeInputs(c: Case): RecurrentInputs {
  const random = new Philox(1);
  const draw = (...shape: number[]) =>
    tf.tensor(
      Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal() * 0.7),
      shape,
    );
  const gateRows = GATES[c.mode] * c.hiddenSize;
  const outputSize = c.projSize || c.hiddenSize;
  return {
    x: draw(c.steps, c.rows, c.features) as tf.Tensor3D,
    weightIh: draw(gateRows, c.features) as tf.Tensor2D,
    weightHh: draw(gateRows, outputSize) as tf.Tensor2D,
    biasIh: c.bias ? (draw(gateRows) as tf.Tensor1D) : undefined,
    biasHh: c.bias ? (draw(gateRows) as tf.Tensor1D) : undefined,
    weightHr: c.projSize ? (draw(c.projSize, c.hiddenSize) as tf.Tensor2D) : undefined,
    h0: c.state ? (draw(c.rows, outputSize) as tf.Tensor2D) : undefined,
    c0: c.state && c.mode === 'lstm' ? (draw(c.rows, c.hiddenSize) as tf.Tensor2D) : undefined,
    lengths: c.lengths && tf.tensor1d(c.lengths, 'int32'),
  };
}

/** A fixed linear function of all outputs that gives every output its own gradient. */
function score(inputs: RecurrentInputs, c: Case): tf.Scalar {
  const { y, hN, cN } = recurrent(inputs, { mode: c.mode, reverse: c.reverse });
  const weigh = (output: tf.Tensor, phase: number) =>
    tf.sum(tf.mul(output, tf.reshape(tf.cos(tf.add(tf.range(0, output.size), phase)), output.shape)));
  const terms = [weigh(y, 0), weigh(hN, 1), ...(cN ? [weigh(cN, 2)] : [])];
  return tf.addN(terms) as tf.Scalar;
}

/** The equations in torch.nn's documentation, computed one row and one number at a time. */
function byHand(inputs: RecurrentInputs, c: Case): { y: number[][][]; hN: number[][] } {
  const matrix = (t: tf.Tensor | undefined) => t?.arraySync() as number[][] | undefined;
  const vector = (t: tf.Tensor | undefined, size: number) =>
    (t?.arraySync() as number[] | undefined) ?? new Array<number>(size).fill(0);
  const x = inputs.x.arraySync();
  const weightIh = matrix(inputs.weightIh)!;
  const weightHh = matrix(inputs.weightHh)!;
  const weightHr = matrix(inputs.weightHr);
  const biasIh = vector(inputs.biasIh, weightIh.length);
  const biasHh = vector(inputs.biasHh, weightIh.length);
  const outputSize = c.projSize || c.hiddenSize;
  const dot = (a: number[], b: number[]) => a.reduce((total, value, i) => total + value * b[i]!, 0);
  const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

  const y = x.map((step) => step.map(() => new Array<number>(outputSize).fill(0)));
  const hN: number[][] = [];
  for (let row = 0; row < c.rows; row++) {
    let h = matrix(inputs.h0)?.[row] ?? new Array<number>(outputSize).fill(0);
    let cell = matrix(inputs.c0)?.[row] ?? new Array<number>(c.hiddenSize).fill(0);
    const length = c.lengths?.[row] ?? c.steps;
    for (let k = 0; k < length; k++) {
      const t = c.reverse ? length - 1 - k : k;
      const ih = weightIh.map((weights, j) => dot(weights, x[t]![row]!) + biasIh[j]!);
      const hh = weightHh.map((weights, j) => dot(weights, h) + biasHh[j]!);
      const H = c.hiddenSize;
      const unit = (j: number): number => {
        if (c.mode === 'rnn_tanh') return Math.tanh(ih[j]! + hh[j]!);
        if (c.mode === 'rnn_relu') return Math.max(0, ih[j]! + hh[j]!);
        if (c.mode === 'gru') {
          const r = sigmoid(ih[j]! + hh[j]!);
          const z = sigmoid(ih[H + j]! + hh[H + j]!);
          const n = Math.tanh(ih[2 * H + j]! + r * hh[2 * H + j]!);
          return (1 - z) * n + z * h[j]!;
        }
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => ih[gate * H + j]! + hh[gate * H + j]!) as [
          number,
          number,
          number,
          number,
        ];
        cell = cell.with(j, sigmoid(f) * cell[j]! + sigmoid(i) * Math.tanh(g));
        return sigmoid(o) * Math.tanh(cell[j]!);
      };
      const hidden = Array.from({ length: H }, (_, j) => unit(j));
      h = weightHr ? weightHr.map((weights) => dot(weights, hidden)) : hidden;
      y[t]![row] = h;
    }
    hN.push(h);
  }
  return { y, hN };
}

function expectClose(actual: tf.Tensor, expected: unknown, tolerance: number): void {
  const flat = (expected as number[]).flat(3) as number[];
  const values = actual.dataSync();
  expect(values.length).toBe(flat.length);
  values.forEach((value, i) => {
    expect(Math.abs(value - flat[i]!)).toBeLessThan(tolerance);
  });
}

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('recurrent, portable', () => {
  it('computes the equations of every mode, direction, bias, projection and length', () => {
    fc.assert(
      fc.property(anyCase, (c) => {
        tf.tidy(() => {
          const inputs = makeInputs(c);
          const { y, hN } = recurrent(inputs, { mode: c.mode, reverse: c.reverse });
          const expected = byHand(inputs, c);
          expectClose(y, expected.y, 1e-5);
          expectClose(hN, expected.hN, 1e-5);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('has the gradients that finite differences give, for every input', () => {
    fc.assert(
      fc.property(
        // A kink of relu within the step would make the difference meaningless.
        anyCase.filter(({ mode }) => mode !== 'rnn_relu'),
        (c) => {
          tf.tidy(() => {
            const inputs = makeInputs(c);
            const names = Object.keys(inputs).filter(
              (name) => name !== 'lengths' && inputs[name as keyof RecurrentInputs],
            ) as (keyof RecurrentInputs)[];
            const at = (replaced: tf.Tensor[]) =>
              score({ ...inputs, ...Object.fromEntries(names.map((name, i) => [name, replaced[i]])) }, c);
            const tensors = names.map((name) => inputs[name] as tf.Tensor);
            const gradients = tf.grads((...xs: tf.Tensor[]) => at(xs))(tensors);
            tensors.forEach((tensor, which) => {
              // Compares Σ gradient·direction with the slope of the score, along one direction per input.
              const direction = tf.reshape(tf.sin(tf.range(1, tensor.size + 1)), tensor.shape);
              const h = 1e-2;
              const shifted = (by: number) =>
                at(
                  tensors.map((t, i) => (i === which ? tf.add(t, tf.mul(direction, by)) : t)),
                ).dataSync()[0]!;
              const central = (by: number) => (shifted(by) - shifted(-by)) / (2 * by);
              const slope = (4 * central(h / 2) - central(h)) / 3; // without the error of order h²
              const predicted = tf.sum(tf.mul(gradients[which]!, direction)).dataSync()[0]!;
              expect(Math.abs(predicted - slope)).toBeLessThan(2e-3 * (1 + Math.abs(slope)));
            });
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('passes no gradient through a relu that is off', () => {
    const c: Case = {
      mode: 'rnn_relu',
      steps: 1,
      rows: 1,
      features: 1,
      hiddenSize: 2,
      projSize: 0,
      bias: false,
      state: false,
      lengths: undefined,
      reverse: false,
    };
    tf.tidy(() => {
      const weightHh = tf.zeros([2, 2]) as tf.Tensor2D;
      const x = tf.ones([1, 1, 1]) as tf.Tensor3D;
      const dWeight = tf.grad((weightIh) => score({ x, weightIh: weightIh as tf.Tensor2D, weightHh }, c))(
        tf.tensor2d([[1], [-1]]),
      );
      const [on, off] = dWeight.dataSync();
      expect(on).not.toBe(0);
      expect(off).toBe(0);
    });
  });

  it('leaves no tensor behind, with or without a gradient', () => {
    fc.assert(
      fc.property(anyCase, (c) => {
        const inputs = makeInputs(c);
        const before = tf.memory().numTensors;
        const { y, hN, cN } = recurrent(inputs, { mode: c.mode, reverse: c.reverse });
        expect(tf.memory().numTensors).toBe(before + (cN ? 3 : 2));
        tf.dispose([y, hN, cN]);
        const dx = tf.grad((x) => score({ ...inputs, x: x as tf.Tensor3D }, c))(inputs.x);
        expect(tf.memory().numTensors).toBe(before + 1);
        tf.dispose([dx, ...Object.values(inputs)]);
      }),
      { numRuns: 20 },
    );
  });

  it('refuses second derivatives', () => {
    const x = tf.ones([2, 1, 1]) as tf.Tensor3D;
    const weights = { weightIh: tf.ones([1, 1]) as tf.Tensor2D, weightHh: tf.ones([1, 1]) as tf.Tensor2D };
    const first = tf.grad((input) =>
      tf.sum(recurrent({ x: input as tf.Tensor3D, ...weights }, { mode: 'rnn_tanh' }).y),
    );
    expect(() => tf.grad((input) => tf.sum(first(input)))(x)).toThrow(
      'recurrent: its gradient has no derivative of its own',
    );
  });

  it('refuses a variable that is assigned between forward and backward', () => {
    const weightHh = tf.variable(tf.ones([1, 1]) as tf.Tensor2D);
    const x = tf.ones([2, 1, 1]) as tf.Tensor3D;
    const weightIh = tf.ones([1, 1]) as tf.Tensor2D;
    expect(() =>
      tf.variableGrads(() => {
        const { y } = recurrent({ x, weightIh, weightHh }, { mode: 'rnn_tanh' });
        weightHh.assign(tf.zeros([1, 1]));
        return tf.sum(y) as tf.Scalar;
      }),
    ).toThrow('was assigned or disposed between the forward pass and its gradient');
    weightHh.dispose();
  });

  it.each<[string, Partial<Record<keyof RecurrentInputs, tf.TensorLike>>, Mode, string]>([
    ['x of two axes', { x: [[1]] }, 'gru', 'recurrent: x has shape [1, 1]; expected 3 axes, [*, *, *]'],
    [
      'weightIh of other features',
      { weightIh: [[1, 2]] },
      'rnn_tanh',
      'weightIh has shape [1, 2]; expected 2 axes, [*, 1]',
    ],
    [
      'a row count that is not a multiple of the number of gates',
      {},
      'lstm',
      'weightIh has 1 rows; lstm needs a positive multiple of 4',
    ],
    [
      'weightHh of the wrong size',
      { weightHh: [[1, 2]] },
      'rnn_relu',
      'weightHh has shape [1, 2]; expected 2 axes, [1, 1]',
    ],
    [
      'c0 for a cell that is not an LSTM',
      { c0: [[1]] },
      'rnn_tanh',
      "c0 was given with mode 'rnn_tanh'; only 'lstm' has it",
    ],
    ['h0 of another batch', { h0: [[1], [2]] }, 'rnn_tanh', 'h0 has shape [2, 1]; expected 2 axes, [1, 1]'],
    ['float lengths', { lengths: [1] }, 'rnn_tanh', 'lengths has dtype float32; expected int32'],
  ])('refuses %s', (_, wrong, mode, message) => {
    tf.tidy(() => {
      const right = { x: [[[1]]], weightIh: [[1]], weightHh: [[1]] };
      const inputs = Object.fromEntries(
        Object.entries({ ...right, ...wrong }).map(([name, values]) => [name, tf.tensor(values)]),
      ) as unknown as RecurrentInputs;
      expect(() => recurrent(inputs, { mode })).toThrow(message);
    });
  });
});
