import { GATES, type InputsOf, type Mode } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';
import { recurrentLayout, recurrentOperators, toOnnxGates } from '../../recurrent-operators.ts';

/** Modes that run by ONNX's operator. RNN does not: ONNX Runtime walks a Scan three times as fast. */
const byOperator: ReadonlySet<Mode> = new Set<Mode>(['lstm', 'gru']);

/** Whether ONNX's operator computes a call: it keeps nothing for backward, and knows no projection. */
export const hasOperator = (mode: Mode, training: boolean, hasProjection: boolean): boolean =>
  byOperator.has(mode) && !training && !hasProjection;

type Inputs = InputsOf<'RecurrentForward', Ref>;

/** A whole sequence by ONNX's own operator, which keeps nothing for backward. */
export function operatorForward(
  g: GraphBuilder,
  { x, weightIh, weightHh, biasIh, biasHh, h0, c0, lengths }: Inputs,
  { mode, reverse, hiddenSize }: { mode: Mode; reverse: boolean; hiddenSize: number },
): Ref[] {
  const { type, attributes } = recurrentOperators[mode];
  const { directionAxis, outputDirectionAxis } = recurrentLayout;
  const inOrder = (x: Ref): Ref => g.op('Concat', toOnnxGates(mode, g.split(x, GATES[mode], 0)), { axis: 0 });
  const direction = (x: Ref): Ref => g.op('Unsqueeze', [x, g.ints(directionAxis)]);
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
  return [
    g.op('Squeeze', [y, g.ints(outputDirectionAxis)]),
    ...states.map((last) => g.op('Squeeze', [last, g.ints(directionAxis)])),
  ];
}

/** No number of a real network is as large, and a sum of products of two smaller ones does not overflow. */
const ORDINARY = 1e15;

/**
 * Whether all inputs of a sequence are finite and so small that its results are: a truth value. ONNX Runtime's operators
 * return ordinary numbers for a NaN in their inputs, and for one that arises inside, as from ∞ − ∞.
 */
export function isOrdinary(g: GraphBuilder, inputs: Inputs): Ref {
  const { x, weightIh, weightHh, biasIh, biasHh, h0, c0 } = inputs;
  // One pass over each input. A sum of magnitudes with a NaN or ∞ in it is NaN or ∞, and less than no finite number.
  const magnitudes = [x, weightIh, weightHh, biasIh, biasHh, h0, c0]
    .filter((value) => value !== undefined)
    .map((value) => g.op('ReduceL1', [value], { keepdims: 0 }, { type: 'float32', rank: 0 }));
  return g.op('Less', [g.op('Sum', magnitudes), g.constant(ORDINARY)]);
}
