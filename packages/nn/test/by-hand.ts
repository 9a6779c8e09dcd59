import type { Mode } from '@unroll/backend/contract';
import type { RecurrentLayer } from '../src/recurrent/recurrent-layer.ts';

type Vector = number[];
type Matrix = Vector[];

/** Parameters by PyTorch's keys, as nested arrays. */
export type Weights = Record<string, Vector | Matrix>;

export interface RowResult {
  /** By step: the last layer's outputs, with both directions side by side */
  output: Matrix;
  /** By layer and direction */
  hN: Matrix;
  /** By layer and direction, LSTM */
  cN: Matrix;
}

const dot = (a: Vector, b: Vector): number => a.reduce((total, value, i) => total + value * b[i]!, 0);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

export async function readWeights(layer: RecurrentLayer): Promise<Weights> {
  const weights: Weights = {};
  for (const [key, parameter] of layer.namedParameters()) {
    weights[key] = (await parameter.array()) as Vector | Matrix;
  }
  return weights;
}

/** One step for one row, by the equations on torch.nn's pages: the next `h` and `c`. */
export function stepByHand(
  mode: Mode,
  weights: Weights,
  suffix: string,
  x: Vector,
  h: Vector,
  c: Vector,
): { h: Vector; c: Vector } {
  const weightIh = weights[`weight_ih${suffix}`] as Matrix;
  const weightHh = weights[`weight_hh${suffix}`] as Matrix;
  const biasIh = weights[`bias_ih${suffix}`] as Vector | undefined;
  const biasHh = weights[`bias_hh${suffix}`] as Vector | undefined;
  const weightHr = weights[`weight_hr${suffix}`] as Matrix | undefined;
  const fromInput = weightIh.map((row, j) => dot(row, x) + (biasIh?.[j] ?? 0));
  const fromState = weightHh.map((row, j) => dot(row, h) + (biasHh?.[j] ?? 0));
  const sum = fromInput.map((value, j) => value + fromState[j]!);

  if (mode === 'rnn_tanh') return { h: sum.map(Math.tanh), c };
  if (mode === 'rnn_relu') return { h: sum.map((value) => Math.max(0, value)), c };
  if (mode === 'gru') {
    const size = sum.length / 3;
    const next = h.map((previous, j) => {
      const r = sigmoid(sum[j]!);
      const z = sigmoid(sum[size + j]!);
      const n = Math.tanh(fromInput[2 * size + j]! + r * fromState[2 * size + j]!);
      return (1 - z) * n + z * previous;
    });
    return { h: next, c };
  }
  const size = sum.length / 4;
  const gate = (k: number, j: number) => sum[k * size + j]!;
  const nextC = c.map((cell, j) => sigmoid(gate(1, j)) * cell + sigmoid(gate(0, j)) * Math.tanh(gate(2, j)));
  const hidden = nextC.map((cell, j) => sigmoid(gate(3, j)) * Math.tanh(cell));
  return { h: weightHr ? weightHr.map((row) => dot(row, hidden)) : hidden, c: nextC };
}

/** All layers and directions for one row, `x` by step, initial states by layer and direction. */
export function layerByHand(
  layer: RecurrentLayer,
  weights: Weights,
  x: Matrix,
  h0?: Matrix,
  c0?: Matrix,
): RowResult {
  const hN: Matrix = [];
  const cN: Matrix = [];
  let sequence = x;
  for (let k = 0; k < layer.numLayers; k++) {
    const directions = Array.from({ length: layer.numDirections }, (_, direction) => {
      const index = k * layer.numDirections + direction;
      let h = h0?.[index] ?? new Array<number>(layer.outputSize).fill(0);
      let c = c0?.[index] ?? new Array<number>(layer.hiddenSize).fill(0);
      const outputs: Matrix = [];
      for (let step = 0; step < sequence.length; step++) {
        const t = direction === 1 ? sequence.length - 1 - step : step;
        const suffix = `_l${k}${direction === 1 ? '_reverse' : ''}`;
        ({ h, c } = stepByHand(layer.mode, weights, suffix, sequence[t]!, h, c));
        outputs[t] = h;
      }
      hN.push(h);
      cN.push(c);
      return outputs;
    });
    sequence = sequence.map((_, t) => directions.flatMap((outputs) => outputs[t]!));
  }
  return { output: sequence, hN, cN };
}
