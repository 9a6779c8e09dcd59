import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { LstmByFormula } from '../../test/lstm-by-formula.ts';
import { anyCase, forward, makeInputs, makeLayer } from '../../test/recurrent-cases.ts';
import { ElmanLayer } from '../recurrent/elman-layer.ts';
import { GRUCell } from '../recurrent/gru-cell.ts';
import { LSTM, type LSTMState } from '../recurrent/lstm.ts';
import { Recurrent } from '../recurrent/recurrent.ts';
import { RNN } from '../recurrent/rnn.ts';
import { stateFromJSON, stateToJSON } from './state-json.ts';

type Step = (x: tf.Tensor2D, state?: never) => [tf.Tensor, unknown];

/** The outputs of single steps, and the last state. The state goes through JSON after each step. */
async function stream(
  step: Step,
  x: tf.Tensor3D,
  initial?: unknown,
): Promise<{ outputs: number[]; state: unknown }> {
  const outputs: number[] = [];
  let state = initial;
  for (const input of tf.unstack(x) as tf.Tensor2D[]) {
    const [y, next] = step(input, state as never);
    outputs.push(...(await y.data()));
    state = stateFromJSON(JSON.parse(JSON.stringify(await stateToJSON(next as tf.Tensor))));
  }
  return { outputs, state };
}

const numbersOf = async (state: unknown): Promise<number[]> => {
  const tensors = [state].flat() as tf.Tensor[];
  return (await Promise.all(tensors.map((tensor) => tensor.data()))).flatMap((values) => [...values]);
};

describe('steps one by one, their states kept as JSON,', () => {
  onEachBackend(() => {
    it('give the same as the whole sequence, to the last bit, in RNN, LSTM and GRU', async () => {
      const cases = anyCase.map((c) => ({
        ...c,
        bidirectional: false,
        batchFirst: false,
        form: 'batch' as const,
      }));
      await fc.assert(
        fc.asyncProperty(cases, async (c) => {
          const layer = makeLayer(c);
          const { x, h0, c0 } = makeInputs(c, layer);
          const { output, hN, cN } = forward(layer, x, h0, c0);
          const initial = layer instanceof LSTM ? h0 && c0 && [h0, c0] : h0;
          const streamed = await stream(layer.step.bind(layer) as Step, x, initial);
          expect(streamed.outputs).toEqual(await numbersOf(output));
          expect(await numbersOf(streamed.state)).toEqual(await numbersOf(cN ? [hN, cN] : hN));
          layer.dispose();
        }),
        { numRuns: 30 },
      );
    });

    it('give the same at sizes where kernels work in blocks', async () => {
      for (const Layer of [RNN, LSTM]) {
        const layer = new Layer({ inputSize: 70, hiddenSize: 130, numLayers: 2 });
        const x = tf.randomNormal<tf.Rank.R3>([19, 5, 70]);
        const { output } = forward(layer, x);
        const { outputs } = await stream(layer.step.bind(layer) as unknown as Step, x);
        expect(outputs).toEqual(await numbersOf(output));
      }
    });

    it('give the same in ElmanLayer, in a cell by its kernel and in one by its formula', async () => {
      const layers = [
        new ElmanLayer({ inputSize: 3, hiddenSize: 4, outputSize: 2, outputActivation: 'softmax' }),
        new Recurrent(new GRUCell({ inputSize: 3, hiddenSize: 4 })),
        new Recurrent((k) => new LstmByFormula(k === 0 ? 3 : 4, 4), { numLayers: 2 }),
      ];
      const x = tf.randomNormal<tf.Rank.R3>([7, 2, 3]);
      for (const layer of layers) {
        const [output, last] = (layer as Recurrent<tf.Tensor2D>).forward(x);
        const streamed = await stream(layer.step.bind(layer) as unknown as Step, x);
        expect(streamed.outputs).toEqual(await numbersOf(output));
        expect(await numbersOf(streamed.state)).toEqual(await numbersOf(last));
      }
    });

    it('leave no tensors but the output and the state', () => {
      const lstm = new LSTM({ inputSize: 3, hiddenSize: 4, numLayers: 2 });
      const x = tf.ones<tf.Rank.R1>([3]);
      let state: LSTMState | undefined;
      const before = tf.memory();
      for (let step = 0; step < 5; step++) {
        const [y, next] = lstm.step(x, state);
        expect([y.shape, next[0].shape]).toEqual([[4], [2, 4]]);
        tf.dispose([y, state]);
        state = next;
      }
      expect(tf.memory().numTensors).toBe(before.numTensors + 2);
    });

    it('serve a thousand streams at once, some of them saved and restored in the middle', async () => {
      const gru = new Recurrent(new GRUCell({ inputSize: 2, hiddenSize: 3 }));
      const streams = 1000;
      const x = tf.randomNormal<tf.Rank.R3>([3, streams, 2]);
      const states: (tf.Tensor | string | undefined)[] = new Array(streams).fill(undefined);
      const outputs = new Map<number, number[]>();
      const before = tf.memory().numTensors;
      for (const [t, inputs] of (await x.array()).entries()) {
        // The streams come in another order at each step
        for (let i = 0; i < streams; i++) {
          const k = (i * 7 + t) % streams;
          const known = states[k];
          const state = typeof known === 'string' ? stateFromJSON<tf.Tensor>(JSON.parse(known)) : known;
          const input = tf.tensor1d(inputs[k]!);
          const [y, next] = gru.step(input, state);
          const saves = k % 3 === t;
          states[k] = saves ? JSON.stringify(await stateToJSON(next)) : next;
          outputs.set(k, [...(await y.data())]);
          tf.dispose([input, y, state, saves ? next : undefined].filter((tensor) => tensor !== undefined));
        }
      }
      const kept = states.filter((state) => typeof state !== 'string').length;
      expect(tf.memory().numTensors).toBe(before + kept);
      const [whole] = gru.forward(x);
      const last = (await whole.array())[2]!;
      expect(last.map((_, k) => outputs.get(k))).toEqual(last);
    });
  });

  it('are refused in bidirectional layers, whose reverse direction begins at the end', () => {
    const x = tf.ones<tf.Rank.R2>([2, 3]);
    expect(() => new RNN({ inputSize: 3, hiddenSize: 4, bidirectional: true }).step(x)).toThrow(
      "RNN.step: this RNN is bidirectional, and its reverse direction begins at a sequence's last step",
    );
  });

  it('are errors where a shape does not fit', () => {
    const lstm = new LSTM({ inputSize: 3, hiddenSize: 4, numLayers: 2 });
    const x = tf.ones<tf.Rank.R2>([2, 3]);
    expect(() => lstm.step(tf.ones([2, 4]))).toThrow(
      'LSTM.step: x has 4 features in its last axis (shape [2, 4]); inputSize is 3',
    );
    expect(() => lstm.step(x, [tf.ones([2, 4]), tf.ones([2, 4])])).toThrow(
      'LSTM.step: h0 has shape [2, 4]; expected [2, 2, 4], [D·numLayers, N, H]',
    );
    const layer = new Recurrent(new LstmByFormula(3, 4));
    expect(() => layer.step(x, tf.ones([1, 2, 4]) as never)).toThrow(
      'Recurrent.step: state has the tensors state; expected state[0], state[1]',
    );
  });
});
