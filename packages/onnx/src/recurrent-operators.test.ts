import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { GATES, type Mode } from '@unroll/backend/contract';
import { recurrent } from '@unroll/backend/operations';
import fc from 'fast-check';
import * as ort from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from './graph/graph-builder.ts';
import type { Ref } from './graph/ref.ts';
import { fromOnnxGates, recurrentLayout, recurrentOperators, toOnnxGates } from './recurrent-operators.ts';

const modes = Object.keys(recurrentOperators) as Mode[];
const [T, N, I, H] = [4, 3, 5, 2];

let seed = 0;
const drawn = <Rank extends tf.Rank>(...shape: tf.ShapeMap[Rank]): tf.Tensor<Rank> =>
  tf.randomNormal<Rank>(shape, 0, 1, 'float32', ++seed);

/** Tensors of one direction, as the contract has them. */
function direction(mode: Mode) {
  const rows = GATES[mode] * H;
  return {
    weightIh: drawn<tf.Rank.R2>(rows, I),
    weightHh: drawn<tf.Rank.R2>(rows, H),
    biasIh: drawn<tf.Rank.R1>(rows),
    biasHh: drawn<tf.Rank.R1>(rows),
  };
}
type Direction = ReturnType<typeof direction>;

/** An input of ONNX's operator, assembled as the tables say. */
const input = (mode: Mode, name: 'W' | 'R' | 'B', directions: readonly Direction[]): tf.Tensor =>
  tf.stack(
    directions.map((tensors) =>
      tf.concat(
        recurrentLayout.parts[name].map((part) =>
          tf.concat(toOnnxGates(mode, tf.split(tensors[part] as tf.Tensor, GATES[mode], 0)), 0),
        ),
        0,
      ),
    ),
    recurrentLayout.directionAxis,
  );

async function runOperator(mode: Mode, feeds: Readonly<Record<string, tf.Tensor>>, directions: number) {
  const { type, activations, attributes, inputs, outputs } = recurrentOperators[mode];
  const graph = new GraphBuilder();
  const refs = inputs.map((name): Ref | undefined => {
    const tensor = feeds[name];
    return tensor && graph.input(name, { type: tensor.dtype as 'float32', rank: tensor.rank });
  });
  const names = graph
    .ops(
      type,
      refs,
      {
        hidden_size: H,
        direction: directions === 2 ? 'bidirectional' : 'forward',
        activations: Array(directions).fill(activations).flat(),
        ...attributes,
      },
      outputs.map((name) => ({ type: 'float32', rank: name === 'Y' ? 4 : 3 })),
    )
    .map((output) => graph.output(output));
  const session = await ort.InferenceSession.create(graph.toModel().bytes, { logSeverityLevel: 3 });
  const tensors = Object.entries(feeds).map(([name, tensor]) => [
    name,
    new ort.Tensor('float32', Float32Array.from(tensor.dataSync()), tensor.shape),
  ]);
  const results = await session.run(Object.fromEntries(tensors) as Record<string, ort.Tensor>);
  return names.map((name) => results[name]!);
}

beforeAll(() => tf.setBackend('cpu'));

describe.each(modes)('the ONNX operator of %s', (mode) => {
  it.each([1, 2])('computes what the contract does, in %i directions', async (count) => {
    const x = drawn<tf.Rank.R3>(T, N, I);
    const directions = Array.from({ length: count }, () => direction(mode));
    const states = directions.map(() => ({
      h0: drawn<tf.Rank.R2>(N, H),
      ...(mode === 'lstm' && { c0: drawn<tf.Rank.R2>(N, H) }),
    }));
    const expected = directions.map((tensors, i) =>
      recurrent({ x, ...tensors, ...states[i]! }, { mode, reverse: i === 1 }),
    );
    const stacked = (list: readonly tf.Tensor[]) => tf.stack([...list], recurrentLayout.directionAxis);

    const [y, hN, cN] = await runOperator(
      mode,
      {
        X: x,
        W: input(mode, 'W', directions),
        R: input(mode, 'R', directions),
        B: input(mode, 'B', directions),
        initial_h: stacked(states.map(({ h0 }) => h0)),
        ...(mode === 'lstm' && { initial_c: stacked(states.map(({ c0 }) => c0!)) }),
      },
      count,
    );

    const close = (actual: ort.Tensor, wanted: tf.Tensor): void => {
      expect(actual.dims).toEqual(wanted.shape);
      const values = wanted.dataSync();
      (actual.data as Float32Array).forEach((value, i) => {
        expect(value).toBeCloseTo(values[i]!, 5);
      });
    };
    const steps = expected.map((result) => result.y);
    close(y!, tf.stack(steps, recurrentLayout.outputDirectionAxis));
    close(hN!, stacked(expected.map((result) => result.hN)));
    if (mode === 'lstm') close(cN!, stacked(expected.map((result) => result.cN!)));
  });

  it('has as many gates as the contract', () => {
    expect(recurrentOperators[mode].gateOrder.toSorted()).toEqual([...Array(GATES[mode]).keys()]);
  });
});

describe('the order of gates', () => {
  it('is right by the names that PyTorch and ONNX give to gates', () => {
    expect(toOnnxGates('lstm', ['i', 'f', 'g', 'o'])).toEqual(['i', 'o', 'f', 'g']);
    expect(toOnnxGates('gru', ['r', 'z', 'n'])).toEqual(['z', 'r', 'n']);
  });

  it('survives the way to ONNX and back', () => {
    const gates = fc
      .constantFrom(...modes)
      .chain((mode) =>
        fc.tuple(
          fc.constant(mode),
          fc.array(fc.string(), { minLength: GATES[mode], maxLength: GATES[mode] }),
        ),
      );
    fc.assert(
      fc.property(gates, ([mode, list]) => {
        expect(fromOnnxGates(mode, toOnnxGates(mode, list))).toEqual(list);
        expect(toOnnxGates(mode, fromOnnxGates(mode, list))).toEqual(list);
      }),
    );
  });

  it('refuses another number of gates', () => {
    expect(() => toOnnxGates('gru', [1, 2])).toThrow(
      "toOnnxGates: gates has 2 elements; mode 'gru' has 3 gates",
    );
    expect(() => fromOnnxGates('lstm', [])).toThrow(
      "fromOnnxGates: gates has 0 elements; mode 'lstm' has 4 gates",
    );
  });
});
