import { checkValue, kind } from '@unroll/backend/checks';
import type { Mode } from '@unroll/backend/contract';
import { ArgumentError } from '@unroll/backend/errors';

/*
 * ONNX's recurrent operators beside PyTorch's layers. The sources are the operators' own pages
 * (https://onnx.ai/onnx/operators/onnx__LSTM.html, onnx__GRU.html and onnx__RNN.html) and torch.nn's (LSTM, GRU, RNN).
 */

/** A tensor of one direction, by the names of the contract's `RecurrentForward`. */
export type DirectionTensor = 'weightIh' | 'weightHh' | 'biasIh' | 'biasHh';

/** ONNX's names of the activations that PyTorch's layers have. */
export type RecurrentActivation = 'Sigmoid' | 'Tanh' | 'Relu';

/** One of PyTorch's modes as an operator of ONNX. */
export interface RecurrentOperator {
  readonly type: 'RNN' | 'LSTM' | 'GRU';
  /**
   * For each of ONNX's places, the index of the PyTorch gate that stands there. PyTorch's i,f,g,o are i,o,f,c in
   * ONNX, and its r,z,n are z,r,h.
   */
  readonly gateOrder: readonly number[];
  /** `activations` of one direction. An operator of two directions takes the list twice. */
  readonly activations: readonly RecurrentActivation[];
  /** Attributes that make the equations PyTorch's. ONNX's default for each of them is 0. */
  readonly attributes: Readonly<Record<string, number>>;
  /** Names of inputs by place. An LSTM's eighth input, the peepholes `P`, has to be absent: PyTorch has none. */
  readonly inputs: readonly string[];
  /** Names of outputs by place. */
  readonly outputs: readonly string[];
}

const inputs = ['X', 'W', 'R', 'B', 'sequence_lens', 'initial_h'] as const;
const outputs = ['Y', 'Y_h'] as const;

const rnn = (activation: RecurrentActivation): RecurrentOperator => ({
  type: 'RNN',
  gateOrder: [0],
  activations: [activation],
  attributes: {},
  inputs,
  outputs,
});

/** The operator of each mode. No operator has a projection (`weightHr`) or saves anything for a backward pass. */
export const recurrentOperators: Readonly<Record<Mode, RecurrentOperator>> = {
  rnn_tanh: rnn('Tanh'),
  rnn_relu: rnn('Relu'),
  lstm: {
    type: 'LSTM',
    gateOrder: [0, 3, 1, 2],
    activations: ['Sigmoid', 'Tanh', 'Tanh'],
    attributes: { input_forget: 0 },
    inputs: [...inputs, 'initial_c'],
    outputs: [...outputs, 'Y_c'],
  },
  gru: {
    type: 'GRU',
    gateOrder: [1, 0, 2],
    activations: ['Sigmoid', 'Tanh'],
    // The reset gate multiplies R·h + the hidden bias, as in PyTorch. It does not multiply h before the product.
    attributes: { linear_before_reset: 1 },
    inputs,
    outputs,
  },
};

/**
 * The layout of the tensors of all these operators, with D directions, G gates, I input and H hidden features, where
 * the attribute `layout` is 0, its default: `W [D, G·H, I]`, `R [D, G·H, H]`, `B [D, 2·G·H]`, `X [T, N, I]`, states
 * `[D, N, H]` and `Y [T, D, N, H]`.
 */
export const recurrentLayout: {
  /** Directions are stacked along this axis of W, R, B and the states: forward first, then reverse. */
  readonly directionAxis: number;
  /** The axis of Y that stands for directions. PyTorch puts directions side by side in the features instead. */
  readonly outputDirectionAxis: number;
  /**
   * The tensors of a direction that make up an input. Each is in ONNX's order of gates. They are concatenated along
   * the gates' axis.
   */
  readonly parts: Readonly<Record<'W' | 'R' | 'B', readonly DirectionTensor[]>>;
} = {
  directionAxis: 0,
  outputDirectionAxis: 1,
  parts: { W: ['weightIh'], R: ['weightHh'], B: ['biasIh', 'biasHh'] },
};

/**
 * Puts a list of PyTorch's gates into ONNX's order.
 *
 * @param gates one element per gate, for instance a name or a part of a weight
 * @throws where the mode has another number of gates
 */
export function toOnnxGates<Gate>(mode: Mode, gates: readonly Gate[]): Gate[] {
  return orderOf(mode, gates, 'toOnnxGates').map((gate) => gates[gate]!);
}

/** Puts a list of ONNX's gates into PyTorch's order: the inverse of `toOnnxGates`. */
export function fromOnnxGates<Gate>(mode: Mode, gates: readonly Gate[]): Gate[] {
  const order = orderOf(mode, gates, 'fromOnnxGates');
  return order.map((_, gate) => gates[order.indexOf(gate)]!);
}

function orderOf(mode: Mode, { length }: readonly unknown[], caller: string): readonly number[] {
  checkValue(caller, 'mode', mode, kind.required(kind.keyOf(recurrentOperators)));
  const { gateOrder } = recurrentOperators[mode];
  if (length !== gateOrder.length) {
    throw new ArgumentError(
      caller,
      'gates',
      `has ${length} elements; mode '${mode}' has ${gateOrder.length} gates`,
    );
  }
  return gateOrder;
}
