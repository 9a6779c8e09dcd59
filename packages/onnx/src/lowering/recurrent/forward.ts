import { GATES, type InputsOf, type Mode } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';
import { contractEntry, type Entry, ints, type RunNumbers, type TensorType } from '../kernel-lowering.ts';
import { hasOperator, isOrdinary, operatorForward } from './operator.ts';
import { BLOCKS, SAVED, step } from './step.ts';
import { stepMask } from './step-mask.ts';
import { walk } from './walk.ts';

/*
 * A sequence as a Scan over its steps, or as its only step. Everything inside is transposed: states are [H, N], so that a
 * step's product weightHh [G·H, H] · h [H, N] has the large matrix on the left, which runtimes read as it lies; on the right
 * they would pack it anew at every step. The input's share of the gates is one product for all steps, before the walk.
 */

type Inputs = InputsOf<'RecurrentForward', TensorType>;

interface RecurrentMode {
  readonly mode: Mode;
  readonly training: boolean;
  /** Whether there is one step, which needs no Scan and no operator */
  readonly single: boolean;
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

const isOperator = (
  { weightHr }: { weightHr?: unknown },
  { mode, training, single }: RecurrentMode,
): boolean => !single && hasOperator(mode, training, weightHr !== undefined);

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
  structure: (inputs, { mode, reverse, training }) => {
    const { steps, hidden } = sizesOf(inputs, mode);
    const call = { mode, training, single: steps === 1 };
    return { ...call, reverse, hiddenSize: isOperator(inputs, call) ? hidden : 0 };
  },
  numbers: (inputs, { mode }) => {
    const { steps, rows, hidden, state } = sizesOf(inputs, mode);
    const masked: RunNumbers[] = inputs.lengths ? [{ type: 'int64', values: [steps], rank: 0 }] : [];
    const blocks = BLOCKS[mode].map((gates) => gates * hidden);
    return [ints([state, rows]), ints([hidden, rows]), ints(blocks), ...masked];
  },
  lower: (g, inputs, structure, numbers) => {
    const [y, hN, ...rest] = isOperator(inputs, structure)
      ? g.choose(
          isOrdinary(g, inputs),
          (body) => operatorForward(body, inputs, structure),
          (body) => walkForward(body, inputs, structure, numbers),
        )
      : walkForward(g, inputs, structure, numbers);
    const cN = structure.mode === 'lstm' ? rest.shift() : undefined;
    return { y: y!, hN: hN!, cN, reserve: structure.training ? rest : undefined };
  },
});

function walkForward(
  g: GraphBuilder,
  { x, weightIh, weightHh, biasIh, biasHh, weightHr, h0, c0, lengths }: InputsOf<'RecurrentForward', Ref>,
  { mode, reverse, training, single }: Structure,
  [stateShape, cellShape, blockSizes, steps]: readonly Ref[],
): Ref[] {
  const isLstm = mode === 'lstm';
  const initial = (state: Ref | undefined, shape: Ref): Ref =>
    state ? g.transpose(state, [1, 0]) : g.op('Expand', [g.constant(0), shape]);
  const states = [initial(h0, stateShape!), ...(isLstm ? [initial(c0, cellShape!)] : [])];

  const byBlocks = (weight: Ref): readonly Ref[] =>
    BLOCKS[mode].length === 1 ? [weight] : splitRows(g, weight, blockSizes!, BLOCKS[mode].length);
  const columns = (bias: Ref | undefined): readonly Ref[] =>
    bias ? byBlocks(bias).map((block) => g.op('Unsqueeze', [block, g.ints(1)])) : []; // [G·H, 1]
  const [ofInput, ofState] = [columns(biasIh), columns(biasHh)];
  // A GRU's new gate multiplies its hidden bias by r, so it stays on the hidden side.
  const hiddenBias = mode === 'gru' ? ofState[1] : undefined;
  const xT = g.transpose(x, [0, 2, 1]); // [T, I, N]
  const gates = byBlocks(weightIh).map((weight, block) => {
    const product = g.op('MatMul', [weight, xT]);
    const biases = [ofInput[block], ofState[block]]
      .filter((bias) => bias !== undefined)
      .filter((bias) => bias !== hiddenBias);
    // They are added to one another first: a column is shorter than the gates of all steps.
    return biases.length > 0 ? g.op('Add', [product, biases.reduce((a, b) => g.op('Add', [a, b]))]) : product;
  }); // [T, G·H, N]

  const mask = lengths && stepMask(g, lengths, steps!);
  const weights = { weightHh: byBlocks(weightHh), hiddenBias, weightHr };
  const outputs = walk(
    g,
    states,
    [...gates, ...(mask ? [mask] : [])],
    (body, [h, c], slices) => {
      const active = mask && slices.at(-1);
      const next = step(body, mode, weights, { input: slices.slice(0, gates.length), h: h!, c });
      const keep = (value: Ref, old: Ref): Ref => (active ? body.op('Where', [active, value, old]) : value);
      const nextStates = [keep(next.h, h!), ...(next.c ? [keep(next.c, c!)] : [])];
      const y = keep(next.h, body.constant(0));
      return { states: nextStates, outputs: [y, ...(training ? [h!, ...next.saved] : [])] };
    },
    { reverse, single },
  );
  const stateCount = states.length;
  const y = g.transpose(outputs[stateCount]!, [0, 2, 1]);
  const last = outputs.slice(0, stateCount).map((state) => g.transpose(state, [1, 0]));
  return [y, ...last, ...outputs.slice(stateCount + 1)];
}

/** Rows of a weight or a bias by blocks. */
function splitRows(g: GraphBuilder, weight: Ref, sizes: Ref, blocks: number): Ref[] {
  const { type, rank } = weight;
  return g.ops('Split', [weight, sizes], { axis: 0 }, new Array(blocks).fill({ type, rank }));
}
