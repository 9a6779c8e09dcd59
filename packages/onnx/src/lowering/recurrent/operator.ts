import type { Mode } from '@unroll/backend';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';
import { stepMask } from './step-mask.ts';

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

interface Inputs {
  readonly x: Ref;
  readonly weightIh: Ref;
  readonly weightHh: Ref;
  readonly biasIh?: Ref;
  readonly biasHh?: Ref;
  readonly h0?: Ref;
  readonly c0?: Ref;
  readonly lengths?: Ref;
}

/** A whole sequence by ONNX's own operator, which keeps nothing for backward. */
export function operatorForward(
  g: GraphBuilder,
  inputs: Inputs,
  { mode, reverse, hiddenSize }: { mode: Mode; reverse: boolean; hiddenSize: number },
  steps: Ref | undefined,
): Ref[] {
  const { x, weightIh, weightHh, biasIh, biasHh, h0, c0, lengths } = inputs;
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
  const poisoned = whereNaN(g, inputs, reverse, steps);
  const nan = g.op('Div', [g.constant(0), g.constant(0)]);
  return [
    g.op('Where', [poisoned.steps, nan, g.op('Squeeze', [y, g.ints(1)])]),
    ...states.map((last) => g.op('Where', [poisoned.rows, nan, g.op('Squeeze', [last, g.ints(0)])])),
  ];
}

/**
 * ONNX Runtime's operators make numbers of NaN. This finds where there has to be one: in all rows for one in the weights, and
 * in a row from its first one on. A sum over features is NaN where one of them is.
 *
 * @returns `steps [T, N, 1]` and `rows [N, 1]`
 */
function whereNaN(
  g: GraphBuilder,
  { x, weightIh, weightHh, biasIh, biasHh, h0, c0, lengths }: Inputs,
  reverse: boolean,
  steps: Ref | undefined,
): { steps: Ref; rows: Ref } {
  const sumOf = (value: Ref): Ref =>
    g.op('ReduceSum', [value], { keepdims: 0 }, { type: 'float32', rank: 0 });
  const features = (value: Ref): Ref => g.reduce('ReduceSum', value, [value.rank - 1], true);
  const present = (...values: (Ref | undefined)[]): Ref[] => values.filter((value) => value !== undefined);
  const count = (sum: Ref): Ref => g.cast(g.op('IsNaN', [sum]), 'int32');

  const weights = g.op('Sum', present(weightIh, weightHh, biasIh, biasHh).map(sumOf));
  const before = g.op('Sum', [weights, ...present(h0, c0).map(features)]);
  let inputs = count(features(x)); // [T, N, 1]
  if (lengths) {
    const inside = g.transpose(stepMask(g, lengths, steps!), [0, 2, 1]);
    inputs = g.op('Mul', [inputs, g.cast(inside, 'int32')]);
  }
  const direction = { reverse: reverse ? 1 : 0 };
  const walked = g.op('Add', [g.op('CumSum', [inputs, g.constant(0, 'int64')], direction), count(before)]);
  let poisoned = g.op('Greater', [walked, g.constant(0, 'int32')]);
  const rows = g.op('Add', [g.reduce('ReduceMax', inputs, [0]), count(before)]);
  if (lengths) poisoned = g.op('And', [poisoned, g.transpose(stepMask(g, lengths, steps!), [0, 2, 1])]);
  return { steps: poisoned, rows: g.op('Greater', [rows, g.constant(0, 'int32')]) };
}
