import { GATES, type InputsOf, type Mode } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';
import { recurrentLayout, recurrentOperators, toOnnxGates } from '../../recurrent-operators.ts';

/** Modes that run by ONNX's operator. The RNN modes do not: ONNX Runtime runs their Scan three times as fast. */
const byOperator: ReadonlySet<Mode> = new Set<Mode>(['lstm', 'gru']);

/** Whether ONNX's operator can compute a call. The operator saves nothing for backward and has no projection. */
export const hasOperator = (mode: Mode, training: boolean, hasProjection: boolean): boolean =>
  byOperator.has(mode) && !training && !hasProjection;

type Inputs = InputsOf<'RecurrentForward', Ref>;

/** Runs a whole sequence by ONNX's own operator, which saves nothing for backward. */
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

/** Numbers of real networks are smaller. A sum of products of two smaller numbers does not overflow. */
const ORDINARY = 1e15;

/**
 * Whether all inputs of a sequence are finite, and so small that its results are finite too: a truth value. ONNX
 * Runtime's operators return ordinary numbers for a NaN in their inputs, and for a NaN that arises inside, as from ∞
 * − ∞.
 */
export function isOrdinary(g: GraphBuilder, inputs: Inputs): Ref {
  const { x, weightIh, weightHh, biasIh, biasHh, h0, c0 } = inputs;
  // One pass over each input. A sum of magnitudes with a NaN or ∞ in it is NaN or ∞, which is not less than a finite
  // number.
  const magnitudes = [x, weightIh, weightHh, biasIh, biasHh, h0, c0]
    .filter((value) => value !== undefined)
    .map((value) => g.op('ReduceL1', [value], { keepdims: 0 }, { type: 'float32', rank: 0 }));
  return g.op('Less', [g.op('Sum', magnitudes), g.constant(ORDINARY)]);
}
