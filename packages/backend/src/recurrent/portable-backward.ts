import {
  add,
  concat,
  lessEqual,
  matMul,
  mul,
  neg,
  reshape,
  split,
  square,
  stack,
  sub,
  type Tensor,
  type Tensor2D,
  tanh,
  unstack,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { OutputsOf } from '../kernels/kernel-map.ts';
import { portableKernel } from '../kernels/portable-kernel.ts';
import { GATES, type Mode } from './contract.ts';
import { runningRows } from './running-rows.ts';
import { stepOrder } from './steps.ts';

/** The inputs of a step's derivative. */
interface StepInputs {
  /** Gradient of the hidden state before projection, `[N, H]` */
  dHidden: Tensor2D;
  /** Gradient of the cell state, `[N, H]`, LSTM */
  dc?: Tensor2D | undefined;
  /** The step's output `[N, H]` (RNN) */
  y: Tensor2D;
  /** The states before the step */
  hPrev: Tensor2D;
  cPrev?: Tensor2D | undefined;
  /** The parts of the reserve at this step, each `[N, H]` */
  reserved: Tensor2D[];
}

interface StepGradients {
  /** `[N, G·H]` */
  dGates: Tensor2D;
  /** GRU: the hidden side, `[N, G·H]` */
  dGatesHh?: Tensor2D;
  /** The gradient of the previous state that does not pass through the gates, GRU */
  dhDirect?: Tensor2D;
  dcPrev?: Tensor2D;
  /** o·tanh c, LSTM */
  hidden?: Tensor2D;
}

const oneMinus = (x: Tensor2D): Tensor2D => sub(1, x);
const product = (...factors: Tensor2D[]): Tensor2D => factors.reduce((a, b) => mul(a, b) as Tensor2D);
/** Derivatives of sigmoid and tanh as functions of their values. */
const sigmoidSlope = (s: Tensor2D): Tensor2D => mul(s, oneMinus(s));
const tanhSlope = (t: Tensor2D): Tensor2D => oneMinus(square(t));

const cellGradients: Readonly<Record<Mode, (step: StepInputs) => StepGradients>> = {
  rnn_tanh: ({ dHidden, y }) => ({ dGates: product(dHidden, tanhSlope(y)) }),

  // As in PyTorch, every unit that is not off passes the gradient on, even a unit with value NaN.
  rnn_relu: ({ dHidden, y }) => ({ dGates: where(lessEqual(y, 0), zerosLike(dHidden), dHidden) }),

  lstm: ({ dHidden, dc, cPrev, reserved }) => {
    const [input, forget, candidate, output, c] = reserved as [
      Tensor2D,
      Tensor2D,
      Tensor2D,
      Tensor2D,
      Tensor2D,
    ];
    const tanhC = tanh(c);
    const dcTotal = add(dc!, product(dHidden, output, tanhSlope(tanhC))) as Tensor2D;
    return {
      dGates: concat(
        [
          product(dcTotal, candidate, sigmoidSlope(input)),
          product(dcTotal, cPrev!, sigmoidSlope(forget)),
          product(dcTotal, input, tanhSlope(candidate)),
          product(dHidden, tanhC, sigmoidSlope(output)),
        ],
        1,
      ),
      dcPrev: product(dcTotal, forget),
      hidden: product(output, tanhC),
    };
  },

  gru: ({ dHidden, hPrev, reserved }) => {
    const [reset, update, candidate, hiddenPart] = reserved as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const dCandidate = product(dHidden, oneMinus(update), tanhSlope(candidate));
    const dReset = product(dCandidate, hiddenPart, sigmoidSlope(reset));
    const dUpdate = product(dHidden, add(hPrev, neg(candidate)), sigmoidSlope(update));
    return {
      dGates: concat([dReset, dUpdate, dCandidate], 1),
      dGatesHh: concat([dReset, dUpdate, product(dCandidate, reset)], 1),
      dhDirect: product(dHidden, update),
    };
  },
};

/** RecurrentBackward on plain tfjs operations: back-propagation through time, by hand. */
export const recurrentBackwardKernel = portableKernel(
  'RecurrentBackward',
  ({ dy, dhN, dcN, y, reserve, weightHh, weightHr, h0, c0, lengths }, { mode, reverse }) => {
    const [steps, rows, outputSize] = y.shape;

    const hiddenSize = weightHr ? weightHr.shape[1] : outputSize;
    if (rows === 0) return ofNoRows(mode, hiddenSize, weightHr && outputSize);
    const hStart: Tensor2D = h0 ?? zeros([rows, outputSize]);
    const cStart: Tensor2D | undefined = mode === 'lstm' ? (c0 ?? zeros([rows, hiddenSize])) : undefined;

    const outputs = unstack(y) as Tensor2D[];
    const dOutputs = unstack(dy) as Tensor2D[];
    const gated = mode === 'lstm' || mode === 'gru';
    const reserves = gated
      ? unstack(reserve).map((step) => split(step, step.shape[1]! / hiddenSize, 1) as Tensor2D[])
      : [];
    const running = lengths && runningRows(lengths, steps);
    const onlyRunning = (t: number, value: Tensor2D): Tensor2D =>
      running ? where(running[t]!, value, zerosLike(value)) : value;

    const dGates: Tensor2D[] = new Array(steps);
    const dGatesHh: Tensor2D[] = new Array(steps);
    const hPrevs: Tensor2D[] = new Array(steps);
    const dProjected: Tensor2D[] = new Array(steps);
    const hiddens: Tensor2D[] = new Array(steps);
    let dh = dhN;
    let dc = dcN;

    const order = stepOrder(steps, reverse);
    for (let k = steps - 1; k >= 0; k--) {
      const t = order[k]!;
      const before = order[k - 1]; // the step taken before this one
      // If the row did not run at `before` (its reverse begins here), hPrev is the initial state.
      const hPrev =
        before === undefined
          ? hStart
          : running
            ? where(running[before]!, outputs[before]!, hStart)
            : outputs[before]!;
      const cPrev = before === undefined ? cStart : reserves[before]?.[4];
      const dhTotal = add(dh, dOutputs[t]!) as Tensor2D; // [N, P|H]
      const dHidden: Tensor2D = weightHr ? matMul(dhTotal, weightHr) : dhTotal; // [N, H]
      const step = cellGradients[mode]({
        dHidden,
        dc,
        y: outputs[t]!,
        hPrev,
        cPrev,
        reserved: reserves[t] ?? [],
      });

      dGates[t] = onlyRunning(t, step.dGates);
      dGatesHh[t] = step.dGatesHh ? onlyRunning(t, step.dGatesHh) : dGates[t]!;
      hPrevs[t] = onlyRunning(t, hPrev);
      if (weightHr) {
        dProjected[t] = onlyRunning(t, dhTotal);
        hiddens[t] = onlyRunning(t, step.hidden!);
      }
      const throughGates = matMul(step.dGatesHh ?? step.dGates, weightHh);
      const dhPrev = (step.dhDirect ? add(throughGates, step.dhDirect) : throughGates) as Tensor2D;
      dh = running ? where(running[t]!, dhPrev, dh) : dhPrev;
      if (step.dcPrev) dc = running ? where(running[t]!, step.dcPrev, dc!) : step.dcPrev;
    }

    const overSteps = (parts: Tensor2D[]): Tensor2D =>
      reshape(stack(parts), [steps * rows, parts[0]!.shape[1]]);
    return {
      dGates: overSteps(dGates),
      dGatesHh: mode === 'gru' ? overSteps(dGatesHh) : undefined,
      hPrev: overSteps(hPrevs),
      dh0: dh.clone(),
      dc0: dc?.clone(),
      dProjected: weightHr && overSteps(dProjected),
      hidden: weightHr && overSteps(hiddens),
    };
  },
);

/** The outputs for an empty batch. None of them has elements, and tfjs's own kernels cannot stack such tensors. */
function ofNoRows(
  mode: Mode,
  hiddenSize: number,
  projSize: number | undefined,
): OutputsOf<'RecurrentBackward', Tensor> {
  const ofWidth = (width: number): Tensor2D => zeros([0, width]);
  const gates = GATES[mode] * hiddenSize;
  const state = projSize ?? hiddenSize;
  return {
    dGates: ofWidth(gates),
    dGatesHh: mode === 'gru' ? ofWidth(gates) : undefined,
    hPrev: ofWidth(state),
    dh0: ofWidth(state),
    dc0: mode === 'lstm' ? ofWidth(hiddenSize) : undefined,
    dProjected: projSize === undefined ? undefined : ofWidth(projSize),
    hidden: projSize === undefined ? undefined : ofWidth(hiddenSize),
  };
}
