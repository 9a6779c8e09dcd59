import { GATES, type InputsOf, type Mode } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';
import { contractEntry, type Entry, ints, type RunNumbers, type TensorType } from '../kernel-lowering.ts';
import { hasOperator, isOrdinary, operatorForward } from './operator.ts';
import { BLOCKS, SAVED, step } from './step.ts';
import { stepMask } from './step-mask.ts';
import { walk } from './walk.ts';

/*
 * A sequence is a Scan over its steps, or one step without a Scan. Everything inside is transposed: states are [H,
 * N]. A step's product weightHh [G·H, H] · h [H, N] then has the large matrix on the left, where runtimes read it as
 * it lies. On the right they would pack it anew at every step.
 *
 * The input's share of the gates is one product for all steps, before the walk. Where an input is no larger than a
 * state, the input's share is part of each step's product instead, [weightHh | weightIh | bias] · [h; x; 1]. This
 * saves writing the gates of all steps, adding the bias and copying the gates into the product's result. It costs a
 * copy of h and x side by side, which is less.
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
  /** Whether the input's share of the gates is part of each step's product */
  readonly joined: boolean;
}

interface Sizes {
  readonly steps: number;
  readonly rows: number;
  /** I */
  readonly input: number;
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
    input: x.shape[2]!,
    hidden,
    state: weightHr ? weightHr.shape[0]! : hidden,
  };
}

/**
 * Whether the input's share of the gates is part of each step's product. It is not for a GRU, because r multiplies
 * only the state's share of n.
 */
const isJoined = ({ steps, input, state }: Sizes, mode: Mode): boolean =>
  steps > 1 && BLOCKS[mode].length === 1 && input <= state;

/** The reserve: the state that each step began with, and as parts the values that the mode saves, [H, N] each. */
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
    const sizes = sizesOf(inputs, mode);
    const call = { mode, training, single: sizes.steps === 1 };
    const hiddenSize = isOperator(inputs, call) ? sizes.hidden : 0;
    return { ...call, reverse, hiddenSize, joined: isJoined(sizes, mode) };
  },
  numbers: (inputs, { mode }) => {
    const sizes = sizesOf(inputs, mode);
    const { steps, rows, hidden, state } = sizes;
    const joined: RunNumbers[] = isJoined(sizes, mode) ? [ints([steps, 1, rows])] : [];
    const masked: RunNumbers[] = inputs.lengths ? [{ type: 'int64', values: [steps], rank: 0 }] : [];
    const blocks = BLOCKS[mode].map((gates) => gates * hidden);
    return [ints([state, rows]), ints([hidden, rows]), ints(blocks), ...joined, ...masked];
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
  { mode, reverse, training, single, joined }: Structure,
  [stateShape, cellShape, blockSizes, ...others]: readonly Ref[],
): Ref[] {
  const onesShape = joined ? others.shift() : undefined;
  const [steps] = others;
  const isLstm = mode === 'lstm';
  const initial = (state: Ref | undefined, shape: Ref): Ref =>
    state ? g.transpose(state, [1, 0]) : g.op('Expand', [g.constant(0), shape]);
  const states = [initial(h0, stateShape!), ...(isLstm ? [initial(c0, cellShape!)] : [])];

  const byBlocks = (weight: Ref): readonly Ref[] =>
    BLOCKS[mode].length === 1 ? [weight] : splitRows(g, weight, blockSizes!, BLOCKS[mode].length);
  const columns = (bias: Ref | undefined): readonly Ref[] =>
    bias ? byBlocks(bias).map((block) => g.op('Unsqueeze', [block, g.ints(1)])) : []; // [G·H, 1]
  const [ofInput, ofState] = [columns(biasIh), columns(biasHh)];
  // A GRU's new gate multiplies its hidden bias by r, so this bias stays on the hidden side.
  const hiddenBias = mode === 'gru' ? ofState[1] : undefined;
  const xT = g.transpose(x, [0, 2, 1]); // [T, I, N]
  const biasOf = (block: number): Ref | undefined => {
    const biases = [ofInput[block], ofState[block]].filter(
      (bias) => bias !== undefined && bias !== hiddenBias,
    );
    return biases.length > 0 ? biases.reduce((a, b) => g.op('Add', [a, b])) : undefined;
  };
  const shares = (): Ref[] =>
    byBlocks(weightIh).map((weight, block) => {
      const product = g.op('MatMul', [weight, xT]);
      const bias = biasOf(block);
      return bias ? g.op('Add', [product, bias]) : product;
    }); // [T, G·H, N]
  const inputs = joined ? [withOnes(g, xT, biasOf(0) && onesShape)] : shares();

  const mask = lengths && stepMask(g, lengths, steps!);
  const [weightOfGates, weightN] = byBlocks(weightHh);
  const weights = { weightN, hiddenBias, weightHr };
  const joinedWeight = joined && sideBySide(g, [weightHh, weightIh, biasOf(0)]);
  const gatesOf = (body: GraphBuilder, h: Ref, input: Ref): Ref =>
    joinedWeight
      ? body.op('Gemm', [joinedWeight, body.op('Concat', [h, input], { axis: 0 })])
      : body.op('Gemm', [weightOfGates, h, input]);
  const outputs = walk(
    g,
    states,
    [...inputs, ...(mask ? [mask] : [])],
    (body, [h, c], slices) => {
      const active = mask && slices.at(-1);
      const [input, inputN] = slices.slice(0, inputs.length);
      const next = step(body, mode, weights, { gates: gatesOf(body, h!, input!), inputN, h: h!, c });
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

const sideBySide = (g: GraphBuilder, matrices: readonly (Ref | undefined)[]): Ref =>
  g.op(
    'Concat',
    matrices.filter((matrix) => matrix !== undefined),
    { axis: 1 },
  );

/** [T, I, N] with a row of ones below each step's rows, for a bias; unchanged where there is no bias */
const withOnes = (g: GraphBuilder, xT: Ref, onesShape: Ref | undefined): Ref =>
  onesShape ? sideBySide(g, [xT, g.op('Expand', [g.constant(1), onesShape])]) : xT;

/** Rows of a weight or a bias by blocks. */
function splitRows(g: GraphBuilder, weight: Ref, sizes: Ref, blocks: number): Ref[] {
  const { type, rank } = weight;
  return g.ops('Split', [weight, sizes], { axis: 0 }, new Array(blocks).fill({ type, rank }));
}
