import type { InputsOf, Mode } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';

interface Operator {
  readonly type: 'LSTM' | 'GRU';
  /** Which of PyTorch's gates stands at each of ONNX's places: i,f,g,o becomes i,o,f,g and r,z,n becomes z,r,n. */
  readonly gateOrder: readonly number[];
  readonly attributes?: Readonly<Record<string, number>>;
}

/** ONNX's RNN is left out: ONNX Runtime walks a Scan three times as fast. */
const operators: Readonly<Partial<Record<Mode, Operator>>> = {
  lstm: { type: 'LSTM', gateOrder: [0, 3, 1, 2] },
  gru: { type: 'GRU', gateOrder: [1, 0, 2], attributes: { linear_before_reset: 1 } },
};

/** Whether ONNX has an operator for it: it keeps nothing for backward, and knows no projection. */
export const hasOperator = (mode: Mode, training: boolean, hasProjection: boolean): boolean =>
  mode in operators && !training && !hasProjection;

type Inputs = InputsOf<'RecurrentForward', Ref>;

/** A whole sequence by ONNX's own operator, which keeps nothing for backward. */
export function operatorForward(
  g: GraphBuilder,
  { x, weightIh, weightHh, biasIh, biasHh, h0, c0, lengths }: Inputs,
  { mode, reverse, hiddenSize }: { mode: Mode; reverse: boolean; hiddenSize: number },
): Ref[] {
  const { type, gateOrder, attributes } = operators[mode]!;
  const inOrder = (x: Ref): Ref => {
    const gates = g.split(x, gateOrder.length, 0);
    return g.op(
      'Concat',
      gateOrder.map((gate) => gates[gate]!),
      { axis: 0 },
    );
  };
  /** ONNX has one direction or both stacked as the first axis. */
  const direction = (x: Ref): Ref => g.op('Unsqueeze', [x, g.ints(0)]);
  let bias: Ref | undefined;
  if (biasIh || biasHh) {
    const zeros = (like: Ref): Ref => g.op('Mul', [like, g.constant(0)]);
    const [ih, hh] = [biasIh ?? zeros(biasHh!), biasHh ?? zeros(biasIh!)];
    bias = direction(g.op('Concat', [inOrder(ih), inOrder(hh)], { axis: 0 }));
  }
  const state = { type: 'float32' as const, rank: 3 };
  const outputs = g.ops(
    type,
    [
      x,
      direction(inOrder(weightIh)),
      direction(inOrder(weightHh)),
      bias,
      lengths,
      h0 && direction(h0),
      ...(mode === 'lstm' ? [c0 && direction(c0)] : []),
    ],
    {
      hidden_size: hiddenSize,
      direction: reverse ? 'reverse' : 'forward',
      ...attributes,
    },
    [{ type: 'float32', rank: 4 }, state, ...(mode === 'lstm' ? [state] : [])],
  );
  const [y, ...states] = outputs;
  return [g.op('Squeeze', [y, g.ints(1)]), ...states.map((last) => g.op('Squeeze', [last, g.ints(0)]))];
}

/** So large that no number of a real network reaches it, and so small that no sum of products of two such overflows. */
const ORDINARY = 1e15;

/**
 * Whether all that goes into a sequence is finite, and small enough to stay so: a truth value. ONNX Runtime's operators make
 * numbers of the NaN that they meet, and of what only becomes NaN inside, as ∞ − ∞ does.
 */
export function isOrdinary(g: GraphBuilder, inputs: Inputs): Ref {
  const { x, weightIh, weightHh, biasIh, biasHh, h0, c0 } = inputs;
  // One pass over each. A NaN or ∞ in a sum of magnitudes stays there, and neither is less than anything finite.
  const magnitudes = [x, weightIh, weightHh, biasIh, biasHh, h0, c0]
    .filter((value) => value !== undefined)
    .map((value) => g.op('ReduceL1', [value], { keepdims: 0 }, { type: 'float32', rank: 0 }));
  return g.op('Less', [g.op('Sum', magnitudes), g.constant(ORDINARY)]);
}
