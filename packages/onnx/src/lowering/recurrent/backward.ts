import { GATES, type InputsOf, type Mode, type OutputsOf } from '@unroll/backend/contract';
import type { GraphBuilder } from '../../graph/graph-builder.ts';
import type { Ref } from '../../graph/ref.ts';
import {
  contractEntry,
  type Entry,
  ints,
  type Parts,
  type RunNumbers,
  type TensorType,
} from '../kernel-lowering.ts';
import { SAVED } from './step.ts';
import { stepBackward } from './step-backward.ts';
import { stepMask } from './step-mask.ts';
import { walk } from './walk.ts';

interface Structure {
  readonly mode: Mode;
  readonly reverse: boolean;
  /** Whether there is one step */
  readonly single: boolean;
}

/**
 * Walks the steps in reverse over the values that `forward.ts` saved. Products over all steps compute the weights'
 * gradients later.
 */
export const recurrentBackward: Entry = contractEntry<'RecurrentBackward', Structure>('RecurrentBackward', {
  outputs: ({ y, weightHh, weightHr }, { mode }) => {
    const [steps, rows, state] = y.shape as [number, number, number];
    const gates = weightHh.shape[0]!;
    const hidden = gates / GATES[mode];
    const matrix = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
    return {
      dGates: matrix(steps * rows, gates),
      dGatesHh: mode === 'gru' ? matrix(steps * rows, gates) : undefined,
      hPrev: matrix(steps * rows, state),
      dh0: matrix(rows, state),
      dc0: mode === 'lstm' ? matrix(rows, hidden) : undefined,
      dProjected: weightHr && matrix(steps * rows, state),
      hidden: weightHr && matrix(steps * rows, hidden),
    };
  },
  structure: ({ y }, { mode, reverse }) => ({ mode, reverse, single: y.shape[0] === 1 }),
  numbers: ({ y, weightHh, lengths }, { mode }) => {
    const [steps, rows, state] = y.shape as [number, number, number];
    const gates = weightHh.shape[0]!;
    const numbers: RunNumbers[] = [
      ints([gates, steps * rows]),
      ints([state, steps * rows]),
      ints([gates / GATES[mode], steps * rows]),
    ];
    if (lengths) numbers.push({ type: 'int64', values: [steps], rank: 0 });
    return numbers;
  },
  lower: (g, inputs, structure, numbers) => lowerBackward(g, inputs, structure, numbers),
});

function lowerBackward(
  g: GraphBuilder,
  inputs: InputsOf<'RecurrentBackward', Ref> & Parts,
  { mode, reverse, single }: Structure,
  [gatesShape, stateShape, hiddenShape, steps]: readonly Ref[],
): OutputsOf<'RecurrentBackward', Ref> {
  const { dy, dhN, dcN, reserve: hPrev, weightHh, weightHr, lengths } = inputs;
  const saved = Object.fromEntries(SAVED[mode].map((name, i) => [name, inputs[`reserve${i + 1}` as const]!]));
  const factors = stepBackward[mode].factors(g, saved, hPrev);
  const transposed = (matrix: Ref): Ref => g.transpose(matrix, [1, 0]);
  const zero = g.constant(0);

  const weightHhT = transposed(weightHh); // [P|H, G·H]
  const weightHrT = weightHr && transposed(weightHr); // [H, P]
  const mask = lengths && stepMask(g, lengths, steps!);
  const masked = (x: Ref): Ref => (mask ? g.op('Where', [mask, x, zero]) : x);
  const dyT = masked(g.transpose(dy, [0, 2, 1])); // [T, P|H, N]

  const outputs = walk(
    g,
    [transposed(dhN), ...(mode === 'lstm' ? [transposed(dcN!)] : [])],
    [dyT, ...factors, ...(mask ? [mask] : [])],
    (body, [dhNext, dcNext], [dyStep, ...slices]) => {
      const active = mask && slices.at(-1)!;
      const dState = body.op('Add', [dhNext!, dyStep!]);
      const dh = weightHrT ? body.op('Gemm', [weightHrT, dState]) : dState;
      const gradient = stepBackward[mode].step(body, slices, { dh, dc: dcNext });

      // Past a row's end, forward passes the state through, and backward passes the gradients through.
      const where = (x: Ref, otherwise: Ref): Ref => (active ? body.op('Where', [active, x, otherwise]) : x);
      const dGates = where(gradient.dGates, zero);
      const dGatesHh = gradient.dGatesHh ? where(gradient.dGatesHh, zero) : dGates;
      const direct = active
        ? body.op('Where', [active, gradient.dhDirect ?? zero, dState])
        : gradient.dhDirect;
      const dhPrev = body.op('Gemm', [weightHhT, dGatesHh, ...(direct ? [direct] : [])]);
      return {
        states: [dhPrev, ...(gradient.dc ? [where(gradient.dc, dcNext!)] : [])],
        outputs: [
          dGates,
          ...(gradient.dGatesHh ? [dGatesHh] : []),
          ...(weightHr ? [where(dState, zero)] : []),
        ],
      };
    },
    { reverse: !reverse, single },
  );

  /** [T, F, N] to [T·N, F]. The last transposition is free where a product follows. */
  const rows = (x: Ref, shape: Ref): Ref => transposed(g.op('Reshape', [g.transpose(x, [1, 0, 2]), shape]));
  const [dh0, dc0] = outputs.splice(0, mode === 'lstm' ? 2 : 1).map(transposed);
  const [dGates, dGatesHh] = outputs.splice(0, mode === 'gru' ? 2 : 1).map((x) => rows(x, gatesShape!));
  const [projected] = outputs;
  return {
    dGates: dGates!,
    dGatesHh,
    hPrev: rows(masked(hPrev), stateShape!),
    dh0: dh0!,
    dc0,
    dProjected: projected && rows(projected, stateShape!),
    hidden: weightHr && rows(masked(g.op('Mul', [saved.o, saved.tanhC])), hiddenShape!),
  };
}
