import { GATES, type InputsOf, type Mode } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';
import { contractEntry, type Entry, ints, type RunNumbers, type TensorType } from '../kernel-lowering.ts';
import { hasOperator, isOrdinary, operatorForward } from './operator.ts';
import { SAVED, step } from './step.ts';
import { stepMask } from './step-mask.ts';

/*
 * A sequence as a Scan over its steps. Everything inside is transposed: states are [H, N], so that a step's product
 * weightHh [G·H, H] · h [H, N] has the large matrix on the left, which runtimes read as it lies; on the right they would
 * pack it anew at every step. The input's share of the gates is one product for all steps, before the walk.
 */

type Inputs = InputsOf<'RecurrentForward', TensorType>;

interface RecurrentMode {
  readonly mode: Mode;
  readonly training: boolean;
}

interface Structure extends RecurrentMode {
  readonly reverse: boolean;
  /** H, where ONNX's operator asks for it; else 0 */
  readonly hiddenSize: number;
}

interface Sizes {
  readonly steps: number;
  readonly rows: number;
  /** H */
  readonly hidden: number;
  /** P, or H without projection */
  readonly state: number;
}

function sizesOf({ x, weightHh, weightHr }: Inputs, mode: Mode): Sizes {
  const hidden = weightHh.shape[0]! / GATES[mode];
  return {
    steps: x.shape[0]!,
    rows: x.shape[1]!,
    hidden,
    state: weightHr ? weightHr.shape[0]! : hidden,
  };
}

/** [H, N] for every mode's own saved values, and the state that each step began with. */
function reserveOf({ steps, rows, hidden, state }: Sizes, mode: Mode): TensorType {
  const dtype = 'float32';
  const parts = SAVED[mode].map((): TensorType => ({ shape: [steps, hidden, rows], dtype }));
  return { shape: [steps, state, rows], dtype, parts };
}

const isOperator = ({ weightHr }: { weightHr?: unknown }, { mode, training }: RecurrentMode): boolean =>
  hasOperator(mode, training, weightHr !== undefined);

export const recurrentForward: Entry = contractEntry<'RecurrentForward', Structure>('RecurrentForward', {
  outputs: (inputs, { mode, training }) => {
    const sizes = sizesOf(inputs, mode);
    const { steps, rows, hidden, state } = sizes;
    const dtype = 'float32';
    return {
      y: { shape: [steps, rows, state], dtype },
      hN: { shape: [rows, state], dtype },
      cN: mode === 'lstm' ? { shape: [rows, hidden], dtype } : undefined,
      reserve: training ? reserveOf(sizes, mode) : undefined,
    };
  },
  structure: (inputs, { mode, reverse, training }) => ({
    mode,
    reverse,
    training,
    hiddenSize: isOperator(inputs, { mode, training }) ? sizesOf(inputs, mode).hidden : 0,
  }),
  numbers: (inputs, { mode }) => {
    const { steps, rows, hidden, state } = sizesOf(inputs, mode);
    const masked: RunNumbers[] = inputs.lengths ? [{ type: 'int64', values: [steps], rank: 0 }] : [];
    return [ints([state, rows]), ints([hidden, rows]), ...masked];
  },
  lower: (g, inputs, structure, numbers) => {
    const [y, hN, ...rest] = isOperator(inputs, structure)
      ? g.choose(
          isOrdinary(g, inputs),
          (body) => operatorForward(body, inputs, structure),
          (body) => scanForward(body, inputs, structure, numbers),
        )
      : scanForward(g, inputs, structure, numbers);
    const cN = structure.mode === 'lstm' ? rest.shift() : undefined;
    return { y: y!, hN: hN!, cN, reserve: structure.training ? rest : undefined };
  },
});

function scanForward(
  g: GraphBuilder,
  { x, weightIh, weightHh, biasIh, biasHh, weightHr, h0, c0, lengths }: InputsOf<'RecurrentForward', Ref>,
  { mode, reverse, training }: Structure,
  [stateShape, cellShape, steps]: readonly Ref[],
): Ref[] {
  const isLstm = mode === 'lstm';
  const initial = (state: Ref | undefined, shape: Ref): Ref =>
    state ? g.transpose(state, [1, 0]) : g.op('Expand', [g.constant(0), shape]);
  const states = [initial(h0, stateShape!), ...(isLstm ? [initial(c0, cellShape!)] : [])];

  const column = (bias: Ref): Ref => g.op('Unsqueeze', [bias, g.ints(1)]); // [G·H, 1]
  let gates = g.op('MatMul', [weightIh, g.transpose(x, [0, 2, 1])]); // [T, G·H, N]
  if (biasIh) gates = g.op('Add', [gates, column(biasIh)]);
  // A GRU's new gate multiplies its hidden bias by r, so it stays on the hidden side.
  const hiddenBias = mode === 'gru' && biasHh ? column(biasHh) : undefined;
  if (biasHh && !hiddenBias) gates = g.op('Add', [gates, column(biasHh)]);

  const mask = lengths && stepMask(g, lengths, steps!);
  const outputs = g.scan(
    states,
    [gates, ...(mask ? [mask] : [])],
    (body, [h, c], [input, active]) => {
      const next = step(body, mode, { weightHh, hiddenBias, weightHr }, { input: input!, h: h!, c });
      const keep = (value: Ref, old: Ref): Ref => (active ? body.op('Where', [active, value, old]) : value);
      const nextStates = [keep(next.h, h!), ...(next.c ? [keep(next.c, c!)] : [])];
      const y = keep(next.h, body.constant(0));
      return { states: nextStates, outputs: [y, ...(training ? [h!, ...next.saved] : [])] };
    },
    { reverse },
  );
  const stateCount = states.length;
  const y = g.transpose(outputs[stateCount]!, [0, 2, 1]);
  const last = outputs.slice(0, stateCount).map((state) => g.transpose(state, [1, 0]));
  return [y, ...last, ...outputs.slice(stateCount + 1)];
}
