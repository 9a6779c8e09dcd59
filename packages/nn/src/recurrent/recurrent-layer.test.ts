import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { layerByHand, readWeights } from '../../test/by-hand.ts';
import { expectClose } from '../../test/close.ts';
import {
  anyCase,
  forward,
  type Layer,
  makeInputs,
  makeLayer,
  shapeInputs,
  timeMajor,
} from '../../test/recurrent-cases.ts';
import { PackedSequence } from '../packing/packed-sequence.ts';
import { packPaddedSequence } from '../packing/packing.ts';
import { manualSeed } from '../random/default-generator.ts';
import { GRU } from './gru.ts';
import { LSTM } from './lstm.ts';

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
        // The same cases each time: the third-order error of the differences is not bounded for all cases.
        { numRuns: 15, seed: 1 },
      );
    });

    it('leave no tensors but their results, with and without gradients', () => {
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
  });

  it('run one kernel per layer and direction, and few others', async () => {
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
      'Pack', // hN
      'Transpose',
    ]);
  });

  it('say how many features each of their states has', () => {
    using gru = new GRU({ inputSize: 3, hiddenSize: 4, bidirectional: true });
    using lstm = new LSTM({ inputSize: 3, hiddenSize: 4, projSize: 2 });
    expect([gru.stateSizes, lstm.stateSizes]).toEqual([[4], [2, 4]]);
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
      expectTypeOf(packed).toEqualTypeOf<PackedSequence<tf.Rank.R3>>();
      expect(packed).toBeInstanceOf(PackedSequence);
    });
  });
});
