import type { Mode } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';

/**
 * The values that one step of each mode saves for backward, [H, N] each. For an LSTM, `kept` is f·c and `added` is
 * i·g.
 */
export const SAVED = {
  rnn_tanh: ['h'],
  rnn_relu: ['h'],
  lstm: ['i', 'f', 'g', 'o', 'tanhC', 'kept', 'added'],
  gru: ['r', 'z', 'n', 'hiddenN'],
} as const satisfies Record<Mode, readonly string[]>;

/**
 * The number of gates in each product of a step. A GRU has two products, because r multiplies only the state's share
 * of n.
 */
export const BLOCKS = {
  rnn_tanh: [1],
  rnn_relu: [1],
  lstm: [4],
  gru: [2, 1],
} as const satisfies Record<Mode, readonly number[]>;

export interface Weights {
  /** The weight of a GRU's n, [H, H] */
  weightN: Ref | undefined;
  /** The bias of a GRU's n, [H, 1] */
  hiddenBias: Ref | undefined;
  /** [P, H] */
  weightHr: Ref | undefined;
}

interface StepInput {
  /** The gates before their activations, [G·H, N]; for a GRU only r and z */
  gates: Ref;
  /** The input's share of a GRU's n, [H, N] */
  inputN: Ref | undefined;
  /** [P|H, N] */
  h: Ref;
  /** [H, N] */
  c: Ref | undefined;
}

interface StepOutput {
  h: Ref;
  c?: Ref;
  /** In the order of `SAVED` */
  saved: readonly Ref[];
}

type Step = (g: GraphBuilder, weights: Weights, input: StepInput) => StepOutput;

/** h' = f(W_ih x + b_ih + W_hh h + b_hh) */
const elman =
  (activation: 'Tanh' | 'Relu'): Step =>
  (g, _, { gates }) => {
    const next = g.op(activation, [gates]);
    return { h: next, saved: [next] };
  };

/** c' = f·c + i·g, h' = o·tanh c', or with projection W_hr (o·tanh c') */
const lstm: Step = (g, { weightHr }, { gates, c }) => {
  const parts = g.split(gates, 4, 0);
  const [i, f, candidate, o] = ['Sigmoid', 'Sigmoid', 'Tanh', 'Sigmoid'].map((activation, gate) =>
    g.op(activation, [parts[gate]!]),
  ) as [Ref, Ref, Ref, Ref];
  const [kept, added] = [g.op('Mul', [f, c!]), g.op('Mul', [i, candidate])];
  const next = g.op('Add', [kept, added]);
  const tanhC = g.op('Tanh', [next]);
  const hidden = g.op('Mul', [o, tanhC]);
  return {
    h: weightHr ? g.op('Gemm', [weightHr, hidden]) : hidden,
    c: next,
    saved: [i, f, candidate, o, tanhC, kept, added],
  };
};

/** n = tanh(W_in x + b_in + r·(W_hn h + b_hn)), h' = n + z·(h − n) */
const gru: Step = (g, { weightN, hiddenBias }, { gates, inputN, h }) => {
  const [r, z] = g.split(g.op('Sigmoid', [gates]), 2, 0) as [Ref, Ref];
  const hiddenN = g.op('Gemm', [weightN, h, ...(hiddenBias ? [hiddenBias] : [])]);
  const n = g.op('Tanh', [g.op('Add', [inputN, g.op('Mul', [r, hiddenN])])]);
  const next = g.op('Add', [n, g.op('Mul', [z, g.op('Sub', [h, n])])]);
  return { h: next, saved: [r, z, n, hiddenN] };
};

const steps: Readonly<Record<Mode, Step>> = { rnn_tanh: elman('Tanh'), rnn_relu: elman('Relu'), lstm, gru };

/** The cell's equations, on transposed matrices. */
export function step(g: GraphBuilder, mode: Mode, weights: Weights, input: StepInput): StepOutput {
  return steps[mode](g, weights, input);
}
