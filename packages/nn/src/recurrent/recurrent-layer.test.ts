import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { Philox } from '@unroll/backend/operations';
import { cpu } from '@unroll/backend-cpu';
import fc from 'fast-check';
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { layerByHand, readWeights } from '../../test/by-hand.ts';
import { expectClose } from '../../test/close.ts';
import { PackedSequence } from '../packing/packed-sequence.ts';
import { packPaddedSequence } from '../packing/packing.ts';
import { defaultGenerator, manualSeed } from '../random.ts';
import { GRU, type GRUOptions } from './gru.ts';
import { LSTM, type LSTMOptions, type LSTMState } from './lstm.ts';
import { RNN } from './rnn.ts';

type Layer = RNN | LSTM | GRU;

interface Case {
  kind: 'tanh' | 'relu' | 'lstm' | 'gru';
  steps: number;
  rows: number;
  inputSize: number;
  hiddenSize: number;
  numLayers: number;
  bias: boolean;
  batchFirst: boolean;
  bidirectional: boolean;
  projSize: number;
  state: boolean;
  form: 'batch' | 'unbatched' | 'packed';
}

const anyCase: fc.Arbitrary<Case> = fc
  .record({
    kind: fc.constantFrom('tanh' as const, 'relu' as const, 'lstm' as const, 'gru' as const),
    steps: fc.integer({ min: 1, max: 4 }),
    rows: fc.integer({ min: 1, max: 3 }),
    inputSize: fc.integer({ min: 1, max: 3 }),
    hiddenSize: fc.integer({ min: 2, max: 5 }),
    numLayers: fc.integer({ min: 1, max: 3 }),
    bias: fc.boolean(),
    batchFirst: fc.boolean(),
    bidirectional: fc.boolean(),
    projSize: fc.integer({ min: 0, max: 1 }),
    state: fc.boolean(),
    form: fc.constantFrom('batch' as const, 'unbatched' as const, 'packed' as const),
  })
  .map((c) => ({
    ...c,
    projSize: c.kind === 'lstm' ? c.projSize : 0,
    rows: c.form === 'unbatched' ? 1 : c.rows,
  }));

function makeLayer({ kind, projSize, ...rest }: Case): Layer {
  const { inputSize, hiddenSize, numLayers, bias, batchFirst, bidirectional } = rest;
  const options = { inputSize, hiddenSize, numLayers, bias, batchFirst, bidirectional };
  if (kind === 'lstm') return new LSTM({ ...options, projSize });
  return kind === 'gru' ? new GRU(options) : new RNN({ ...options, nonlinearity: kind });
}

/** Any layer's results under the same names. */
function forward(layer: Layer, input: tf.Tensor | PackedSequence, h0?: tf.Tensor, c0?: tf.Tensor) {
  if (!(layer instanceof LSTM)) {
    const [output, hN] = layer.forward(input, h0);
    return { output, hN, cN: undefined };
  }
  const [output, [hN, cN]] = layer.forward(input, h0 && c0 && [h0, c0]);
  return { output, hN, cN };
}

function makeInputs(c: Case, layer: Layer) {
  const random = new Philox(3);
  const draw = (...shape: number[]) =>
    tf.tensor(
      Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
      shape,
    );
  const lengths = Array.from({ length: c.rows }, () =>
    c.form === 'packed' ? 1 + (random.uint32() % c.steps) : c.steps,
  );
  const states = c.numLayers * layer.numDirections;
  const x = draw(c.steps, c.rows, c.inputSize) as tf.Tensor3D;
  const h0 = c.state ? (draw(states, c.rows, layer.outputSize) as tf.Tensor3D) : undefined;
  const c0 = c.state && c.kind === 'lstm' ? (draw(states, c.rows, c.hiddenSize) as tf.Tensor3D) : undefined;
  return { x, h0, c0, lengths };
}

/** The case's form of a time-major input and of its states. */
function shapeInputs(c: Case, { x, h0, c0, lengths }: ReturnType<typeof makeInputs>) {
  const withoutRows = (tensor: tf.Tensor | undefined) => tensor && tf.squeeze(tensor, [1]);
  if (c.form === 'unbatched') {
    return { input: tf.squeeze(x, [1]), h0: withoutRows(h0), c0: withoutRows(c0) };
  }
  const batch = c.batchFirst ? tf.transpose(x, [1, 0, 2]) : x;
  if (c.form === 'batch') return { input: batch, h0, c0 };
  const packed = packPaddedSequence(batch, lengths, { batchFirst: c.batchFirst, enforceSorted: false });
  return { input: packed, h0, c0 };
}

/** `[T, N, F]` of an output in the case's form. */
function timeMajor(c: Case, output: tf.Tensor | PackedSequence): tf.Tensor {
  if (output instanceof PackedSequence) return output.padded;
  if (c.form === 'unbatched') return tf.expandDims(output, 1);
  return c.batchFirst ? tf.transpose(output, [1, 0, 2]) : output;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('RNN, LSTM and GRU', () => {
  onEachBackend(() => {
    it('compute the equations for any layers, directions, states, lengths and form of input', async () => {
      await fc.assert(
        fc.asyncProperty(anyCase, async (c) => {
          manualSeed(7);
          const layer = makeLayer(c);
          const inputs = makeInputs(c, layer);
          const shaped = shapeInputs(c, inputs);
          const { output, hN, cN } = forward(layer, shaped.input, shaped.h0, shaped.c0);
          const weights = await readWeights(layer);
          const x = await inputs.x.array();
          const h0 = await inputs.h0?.array();
          const c0 = await inputs.c0?.array();
          const longest = Math.max(...inputs.lengths);
          const byRow = inputs.lengths.map((length, row) => {
            const of = (states: number[][][] | undefined) => states?.map((state) => state[row]!);
            const sequence = x.slice(0, length).map((step) => step[row]!);
            return layerByHand(layer, weights, sequence, of(h0), of(c0));
          });
          const zeros = new Array<number>(layer.numDirections * layer.outputSize).fill(0);
          const expected = Array.from({ length: longest }, (_, t) =>
            byRow.map((row) => row.output[t] ?? zeros),
          );
          await expectClose(timeMajor(c, output), expected);
          const layers = byRow[0]!.hN.map((_, index) => index);
          await expectClose(
            hN,
            layers.map((index) => byRow.map((row) => row.hN[index]!)),
          );
          expect(hN.rank).toBe(c.form === 'unbatched' ? 2 : 3);
          if (cN) {
            await expectClose(
              cN,
              layers.map((index) => byRow.map((row) => row.cN[index]!)),
            );
          }
          layer.dispose();
          tf.dispose([inputs.x, inputs.h0, inputs.c0, shaped.h0, shaped.c0, hN, cN]);
          shaped.input.dispose();
          output.dispose();
        }),
        { numRuns: 60 },
      );
    });

    it('have the gradients that finite differences give, for every parameter, the input and the states', async () => {
      await fc.assert(
        fc.asyncProperty(
          // A kink of relu within the step would make the difference meaningless.
          anyCase.filter(({ kind }) => kind !== 'relu'),
          async (c) => {
            manualSeed(11);
            const layer = makeLayer(c);
            const { lengths, ...given } = makeInputs(c, layer);
            const inputs = {
              x: tf.variable(given.x),
              h0: given.h0 && tf.variable(given.h0),
              c0: given.c0 && tf.variable(given.c0),
            };
            // A fixed linear functional, so that every output has a gradient of its own.
            const weigh = (output: tf.Tensor, phase: number) =>
              tf.sum(
                tf.mul(output, tf.reshape(tf.cos(tf.add(tf.range(0, output.size), phase)), output.shape)),
              );
            const score = () =>
              tf.tidy(() => {
                const shaped = shapeInputs(c, { ...inputs, lengths });
                const { output, hN, cN } = forward(layer, shaped.input, shaped.h0, shaped.c0);
                const terms = [weigh(timeMajor(c, output), 0), weigh(hN, 1), ...(cN ? [weigh(cN, 2)] : [])];
                return tf.addN(terms) as tf.Scalar;
              });
            const { grads } = tf.variableGrads(score);
            const variables = [...layer.parameters(), inputs.x, inputs.h0, inputs.c0].filter(
              (v) => v !== undefined,
            );
            for (const variable of variables) {
              const before = tf.clone(variable as tf.Tensor);
              const direction = tf.tidy(() =>
                tf.reshape(tf.sin(tf.range(1, variable.size + 1)), variable.shape),
              );
              const scoreAt = async (by: number) => {
                tf.tidy(() => variable.assign(tf.add(before, tf.mul(direction, by))));
                return (await score().data())[0]!;
              };
              const h = 1e-2;
              const slope = ((await scoreAt(h)) - (await scoreAt(-h))) / (2 * h);
              variable.assign(before);
              const predicted = (await tf.sum(tf.mul(grads[variable.name]!, direction)).data())[0]!;
              expect(Math.abs(predicted - slope)).toBeLessThan(3e-3 * (1 + Math.abs(slope)));
            }
            layer.dispose();
            tf.dispose([inputs.x, inputs.h0, inputs.c0]);
          },
        ),
        // The same cases each time: what the differences leave out, of the third order, is not bounded for all.
        { numRuns: 15, seed: 1 },
      );
    });

    it('leave nothing behind but their results, with a gradient or without', () => {
      fc.assert(
        fc.property(anyCase, (c) => {
          const layer = makeLayer(c);
          const inputs = makeInputs(c, layer);
          const shaped = shapeInputs(c, inputs);
          const before = tf.memory().numTensors;
          const { output, hN, cN } = forward(layer, shaped.input, shaped.h0, shaped.c0);
          expect(tf.memory().numTensors).toBe(before + (cN ? 3 : 2));
          tf.dispose([hN, cN]);
          output.dispose();
          const { value, grads } = tf.variableGrads(() => {
            const { hN: last } = forward(layer, shaped.input, shaped.h0, shaped.c0);
            return tf.sum(last) as tf.Scalar;
          });
          tf.dispose([value, grads]);
          expect(tf.memory().numTensors).toBe(before);
          layer.dispose();
          tf.dispose([inputs.x, inputs.h0, inputs.c0, shaped.h0, shaped.c0]);
          shaped.input.dispose();
        }),
        { numRuns: 20 },
      );
    });

    it('give empty results for an empty batch', () => {
      tf.tidy(() => {
        const layer = new LSTM({ inputSize: 3, hiddenSize: 4, bidirectional: true, batchFirst: true });
        const [output, [hN, cN]] = layer.forward(tf.zeros([0, 5, 3]));
        expect([output.shape, hN.shape, cN.shape]).toEqual([
          [0, 5, 8],
          [2, 0, 4],
          [2, 0, 4],
        ]);
        layer.dispose();
      });
    });

    it('drop between layers in training only, by a fresh mask each time, the same from the same seed', async () => {
      const layer = new GRU({ inputSize: 3, hiddenSize: 8, numLayers: 2, dropout: 0.5 });
      const x = tf.randomNormal<tf.Rank.R3>([5, 2, 3]);
      const run = async () => {
        const [output, hN] = layer.forward(x);
        const values = { output: [...(await output.data())], hN: [...(await hN.data())] };
        tf.dispose([output, hN]);
        return values;
      };
      manualSeed(1);
      const first = await run();
      const second = await run();
      manualSeed(1);
      const again = await run();
      expect(again).toEqual(first);
      expect(second.output).not.toEqual(first.output);
      // The lower layer's own state is taken before anything is dropped.
      expect(second.hN.slice(0, 16)).toEqual(first.hN.slice(0, 16));
      layer.eval();
      expect(await run()).toEqual(await run());
      layer.dispose();
      x.dispose();
    });
  });

  it('run one kernel a layer and direction, and few around them', async () => {
    await useBackend(cpu());
    const kernels = async (layer: Layer) => {
      const x = tf.ones([4, 2, 3]);
      const { kernels: run } = await tf.profile(() => tf.tidy(() => void forward(layer, x)));
      layer.dispose();
      x.dispose();
      // tfjs gives a custom gradient's forward pass an entry of its own.
      return run.map(({ name }) => name).filter((name) => name !== 'unnamed scope');
    };
    expect(await kernels(new LSTM({ inputSize: 3, hiddenSize: 4 }))).toEqual([
      'RecurrentForward',
      ...['ExpandDims', 'ExpandDims'], // hN and cN
    ]);
    const both = { bidirectional: true, batchFirst: true, numLayers: 2 };
    expect(await kernels(new GRU({ inputSize: 3, hiddenSize: 4, ...both }))).toEqual([
      'Transpose',
      ...['RecurrentForward', 'RecurrentForward', 'Concat'],
      ...['RecurrentForward', 'RecurrentForward', 'Concat'],
      'Transpose',
      'Pack', // hN
    ]);
  });

  it('name their parameters as PyTorch does, in its order', () => {
    const layer = new LSTM({ inputSize: 5, hiddenSize: 4, numLayers: 2, bidirectional: true, projSize: 3 });
    const shapes = Object.fromEntries([...layer.namedParameters()].map(([key, { shape }]) => [key, shape]));
    const direction = (suffix: string, inputSize: number) => [
      [`weight_ih_${suffix}`, [16, inputSize]],
      [`weight_hh_${suffix}`, [16, 3]],
      [`bias_ih_${suffix}`, [16]],
      [`bias_hh_${suffix}`, [16]],
      [`weight_hr_${suffix}`, [3, 4]],
    ];
    expect(Object.entries(shapes)).toEqual([
      ...direction('l0', 5),
      ...direction('l0_reverse', 5),
      ...direction('l1', 6),
      ...direction('l1_reverse', 6),
    ]);
    expect(Object.keys(new GRU({ inputSize: 1, hiddenSize: 1, bias: false }).stateDict())).toEqual([
      'weight_ih_l0',
      'weight_hh_l0',
    ]);
    expect(layer.weights(1, 1).weightHr).toBe(layer.getParameter('weight_hr_l1_reverse'));
  });

  it('begin with every parameter drawn from U(−1/√H, 1/√H)', async () => {
    const layer = new LSTM({ inputSize: 30, hiddenSize: 25, projSize: 20 });
    for (const parameter of layer.parameters()) {
      const values = [...(await parameter.data())];
      const largest = Math.max(...values.map(Math.abs));
      expect(largest).toBeLessThan(1 / 5);
      expect(largest).toBeGreaterThan(0.9 / 5);
    }
  });

  it('give their outputs the rank of their input, also in types', () => {
    tf.tidy(() => {
      const lstm = new LSTM({ inputSize: 1, hiddenSize: 1 });
      const [output, [hN]] = lstm.forward(tf.ones<tf.Rank.R3>([2, 1, 1]));
      expectTypeOf(output).toEqualTypeOf<tf.Tensor3D>();
      expectTypeOf(hN).toEqualTypeOf<tf.Tensor3D>();
      const [unbatched] = lstm.forward(tf.ones<tf.Rank.R2>([2, 1]));
      expectTypeOf(unbatched).toEqualTypeOf<tf.Tensor2D>();
      const [packed] = lstm.forward(packPaddedSequence(tf.ones([2, 1, 1]), [2]));
      expectTypeOf(packed).toEqualTypeOf<PackedSequence>();
      expect(packed).toBeInstanceOf(PackedSequence);
    });
  });
});

describe('errors of RNN, LSTM and GRU', () => {
  const rnn = () => new RNN({ inputSize: 3, hiddenSize: 4 });
  const lstm = () => new LSTM({ inputSize: 3, hiddenSize: 4, projSize: 2, bidirectional: true });
  const packed = () => packPaddedSequence(tf.ones([5, 2, 3]), [5, 2]);
  const x = (...shape: number[]) => tf.ones(shape);
  const wrong = <T>(value: unknown) => value as T;

  it.each<[string, () => unknown, string]>([
    [
      'other features',
      () => new RNN({ inputSize: 128, hiddenSize: 2, batchFirst: true }).forward(x(4, 6, 3)),
      'RNN.forward: input has 3 features in its last axis (shape [4, 6, 3]); inputSize is 128',
    ],
    [
      'one axis',
      () => rnn().forward(x(3)),
      'RNN.forward: input has 1 axis (shape [3]); expected [L, N, inputSize] or [L, inputSize]',
    ],
    [
      'four axes',
      () => new GRU({ inputSize: 3, hiddenSize: 4, batchFirst: true }).forward(x(1, 1, 1, 3)),
      'GRU.forward: input has 4 axes (shape [1, 1, 1, 3]); expected [N, L, inputSize] or [L, inputSize]',
    ],
    [
      'integers',
      () => rnn().forward(tf.ones([2, 1, 3], 'int32')),
      'RNN.forward: input has dtype int32; expected float32',
    ],
    [
      'no tensor',
      () => rnn().forward(wrong<tf.Tensor>([[1, 2, 3]])),
      'RNN.forward: input is object; expected a tensor',
    ],
    ['null', () => rnn().forward(wrong<tf.Tensor>(null)), 'RNN.forward: input is null; expected a tensor'],
    [
      'no steps',
      () => rnn().forward(x(0, 2, 3)),
      'RNN.forward: input has 0 steps (shape [0, 2, 3]); expected at least 1',
    ],
    [
      'no steps, batch first',
      () => new RNN({ inputSize: 3, hiddenSize: 4, batchFirst: true }).forward(x(2, 0, 3)),
      'RNN.forward: input has 0 steps (shape [2, 0, 3]); expected at least 1',
    ],
    [
      'no steps, unbatched',
      () => rnn().forward(x(0, 3)),
      'RNN.forward: input has 0 steps (shape [0, 3]); expected at least 1',
    ],
    [
      'h0 of another batch',
      () => rnn().forward(x(5, 2, 3), x(1, 3, 4)),
      'RNN.forward: h0 has shape [1, 3, 4]; expected [1, 2, 4], [D·numLayers, N, H]',
    ],
    [
      'h0 with a batch for input without',
      () => rnn().forward(x(5, 3), x(1, 1, 4)),
      'RNN.forward: h0 has shape [1, 1, 4]; expected [1, 4], [D·numLayers, H]',
    ],
    [
      'h0 without a batch for input with one',
      () => rnn().forward(x(5, 2, 3), x(1, 4)),
      'RNN.forward: h0 has shape [1, 4]; expected [1, 2, 4], [D·numLayers, N, H]',
    ],
    [
      'integer h0',
      () => rnn().forward(x(5, 2, 3), tf.zeros([1, 2, 4], 'int32')),
      'RNN.forward: h0 has dtype int32; expected float32',
    ],
    [
      'h0 of H features where there is a projection',
      () => lstm().forward(x(5, 2, 3), [x(2, 2, 4), x(2, 2, 4)]),
      'LSTM.forward: h0 has shape [2, 2, 4]; expected [2, 2, 2], [D·numLayers, N, P]',
    ],
    [
      'c0 of P features',
      () => lstm().forward(packed(), [x(2, 2, 2), x(2, 2, 2)]),
      'LSTM.forward: c0 has shape [2, 2, 2]; expected [2, 2, 4], [D·numLayers, N, H]',
    ],
    [
      'one state in the place of two',
      () => lstm().forward(x(5, 2, 3), wrong<LSTMState>(x(2, 2, 2))),
      'LSTM.forward: state is no pair; expected [h0, c0]',
    ],
    [
      'a pair with a hole',
      () => lstm().forward(x(5, 2, 3), wrong<LSTMState>([x(2, 2, 2), null])),
      'LSTM.forward: c0 is null; expected a tensor',
    ],
    [
      'a packed sequence of other features',
      () => new GRU({ inputSize: 4, hiddenSize: 4 }).forward(packed()),
      'GRU.forward: input has 3 features in its last axis (shape [5, 2, 3]); inputSize is 4',
    ],
    [
      'a packed sequence without features',
      () => rnn().forward(packPaddedSequence(x(5, 2), [5, 2])),
      'RNN.forward: input has 2 axes (shape [5, 2]); expected [L, N, inputSize]',
    ],
    [
      'dropout 1.5',
      () => new GRU({ inputSize: 1, hiddenSize: 1, dropout: 1.5 }),
      'GRU: dropout is 1.5; expected',
    ],
    [
      'dropout true',
      () => new GRU({ inputSize: 1, hiddenSize: 1, dropout: wrong<number>(true) }),
      'GRU: dropout is true; expected a probability in [0, 1]',
    ],
    [
      'no layers',
      () => new RNN({ inputSize: 1, hiddenSize: 1, numLayers: 0 }),
      'RNN: numLayers is 0; expected a whole number of at least 1',
    ],
    [
      'half a feature',
      () => new RNN({ inputSize: 1.5, hiddenSize: 1 }),
      'RNN: inputSize is 1.5; expected a whole number of at least 1',
    ],
    [
      'no hidden size',
      () => new LSTM(wrong<LSTMOptions>({ inputSize: 1 })),
      'LSTM: hiddenSize is undefined; expected a whole number of at least 1',
    ],
    [
      'an unknown nonlinearity',
      () => new RNN({ inputSize: 1, hiddenSize: 1, nonlinearity: wrong<'tanh'>('sin') }),
      "RNN: nonlinearity is 'sin'; expected one of 'tanh', 'relu'",
    ],
    [
      'a projection as wide as the state',
      () => new LSTM({ inputSize: 1, hiddenSize: 4, projSize: 4 }),
      'LSTM: projSize is 4; expected 0, for none, or a whole number less than hiddenSize, 4',
    ],
    [
      'a projection of a GRU',
      () => new GRU(wrong<GRUOptions>({ inputSize: 1, hiddenSize: 4, projSize: 2 })),
      'GRU: projSize is 2; only LSTM has a projection',
    ],
    [
      'weights of a layer that is not there',
      () => rnn().weights(1),
      'RNN.weights: layer is 1 and direction is 0; there are 1 layers and 1 directions, both counted from 0',
    ],
  ])('are thrown for %s', (_, call, message) => {
    expect(() => tf.tidy(() => void call())).toThrow(message);
  });
});

describe('dropout', () => {
  it('of 1 leaves the upper layer nothing but its biases', async () => {
    await tf.setBackend('cpu');
    const layer = new RNN({ inputSize: 2, hiddenSize: 3, numLayers: 2, dropout: 1, bias: false });
    const [output] = layer.forward(tf.ones<tf.Rank.R3>([3, 1, 2]));
    await expectClose(output, new Array(9).fill(0));
  });

  it('warns where there is one layer only', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    new GRU({ inputSize: 1, hiddenSize: 1, dropout: 0.5 });
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('GRU: dropout is 0.5 with numLayers 1'),
    );
    new GRU({ inputSize: 1, hiddenSize: 1, dropout: 0.5, numLayers: 2 });
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('takes one mask a layer from the default generator, and none in evaluation', async () => {
    await tf.setBackend('cpu');
    const layer = new GRU({ inputSize: 1, hiddenSize: 2, numLayers: 3, dropout: 0.5 });
    const x = tf.ones<tf.Rank.R3>([2, 1, 1]);
    const before = defaultGenerator.getState().offset;
    layer.forward(x);
    expect(defaultGenerator.getState().offset).toBe(before + 2);
    layer.eval().forward(x);
    expect(defaultGenerator.getState().offset).toBe(before + 2);
  });
});
