import * as tf from '@tensorflow/tfjs-core';
import { draw, upload } from '@unroll/backend-testkit/torch';
import fc from 'fast-check';
import { PackedSequence } from '../src/packing/packed-sequence.ts';
import { packPaddedSequence } from '../src/packing/packing.ts';
import { GRU } from '../src/recurrent/gru.ts';
import { LSTM } from '../src/recurrent/lstm.ts';
import { RNN } from '../src/recurrent/rnn.ts';

export type Layer = RNN | LSTM | GRU;

/** One call of a layer: its options and sizes, whether states are given, and the form of its input. */
export interface RecurrentCase {
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

export const anyCase: fc.Arbitrary<RecurrentCase> = fc
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

export function makeLayer({ kind, projSize, ...rest }: RecurrentCase): Layer {
  const { inputSize, hiddenSize, numLayers, bias, batchFirst, bidirectional } = rest;
  const options = { inputSize, hiddenSize, numLayers, bias, batchFirst, bidirectional };
  if (kind === 'lstm') return new LSTM({ ...options, projSize });
  return kind === 'gru' ? new GRU(options) : new RNN({ ...options, nonlinearity: kind });
}

/** Any layer's results under the same names. */
export function forward(layer: Layer, input: tf.Tensor | PackedSequence, h0?: tf.Tensor, c0?: tf.Tensor) {
  if (!(layer instanceof LSTM)) {
    const [output, hN] = layer.forward(input, h0);
    return { output, hN, cN: undefined };
  }
  const [output, [hN, cN]] = layer.forward(input, h0 && c0 && [h0, c0]);
  return { output, hN, cN };
}

export function makeInputs(c: RecurrentCase, layer: Layer) {
  const lengths = Array.from({ length: c.rows }, (_, row) =>
    c.form === 'packed' ? 1 + ((3 * row + 1) % c.steps) : c.steps,
  );
  const states = c.numLayers * layer.numDirections;
  const drawn = (name: string, ...shape: number[]) => upload(draw(name, shape, [-2, 2])) as tf.Tensor3D;
  const x = drawn('x', c.steps, c.rows, c.inputSize);
  const h0 = c.state ? drawn('h0', states, c.rows, layer.outputSize) : undefined;
  const c0 = c.state && c.kind === 'lstm' ? drawn('c0', states, c.rows, c.hiddenSize) : undefined;
  return { x, h0, c0, lengths };
}

/** Brings a time-major input and its states into the case's form. */
export function shapeInputs(c: RecurrentCase, { x, h0, c0, lengths }: ReturnType<typeof makeInputs>) {
  const withoutRows = (tensor: tf.Tensor | undefined) => tensor && tf.squeeze(tensor, [1]);
  if (c.form === 'unbatched') {
    return { input: tf.squeeze(x, [1]), h0: withoutRows(h0), c0: withoutRows(c0) };
  }
  const batch = c.batchFirst ? tf.transpose(x, [1, 0, 2]) : x;
  if (c.form === 'batch') return { input: batch, h0, c0 };
  const packed = packPaddedSequence(batch, lengths, { batchFirst: c.batchFirst, enforceSorted: false });
  return { input: packed, h0, c0 };
}

/** Brings an output in the case's form to `[T, N, F]`. */
export function timeMajor(c: RecurrentCase, output: tf.Tensor | PackedSequence): tf.Tensor {
  if (output instanceof PackedSequence) return output.padded;
  if (c.form === 'unbatched') return tf.expandDims(output, 1);
  return c.batchFirst ? tf.transpose(output, [1, 0, 2]) : output;
}
