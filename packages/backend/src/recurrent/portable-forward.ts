import {
  add,
  concat,
  matMul,
  mul,
  type Rank,
  relu,
  reshape,
  sigmoid,
  slice,
  split,
  stack,
  sub,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  tanh,
  tensor,
  transpose,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { portableKernel } from '../kernels/portable-kernel.ts';
import { GATES, type Mode } from './contract.ts';
import { runningRows } from './running-rows.ts';
import { stepOrder } from './steps.ts';

/** The state between two steps. */
interface State {
  h: Tensor2D; // [N, P|H]
  c?: Tensor2D; // [N, H]
}

/** The result of one step: the next state, and the part of the reserve that backward reads. */
interface Step {
  next: State;
  reserved: Tensor2D[];
}

/** `gatesIh` is x·W_ihᵀ + b_ih and `gatesHh` is h·W_hhᵀ + b_hh, both `[N, G·H]`. */
type Cell = (gatesIh: Tensor2D, gatesHh: Tensor2D, state: State, weightHrT?: Tensor2D) => Step;

const cells: Readonly<Record<Mode, Cell>> = {
  rnn_tanh: (gatesIh, gatesHh) => ({ next: { h: tanh(add(gatesIh, gatesHh)) }, reserved: [] }),

  rnn_relu: (gatesIh, gatesHh) => ({ next: { h: relu(add(gatesIh, gatesHh)) }, reserved: [] }),

  lstm: (gatesIh, gatesHh, state, weightHrT) => {
    const [i, f, g, o] = split(add(gatesIh, gatesHh), 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const input = sigmoid(i);
    const forget = sigmoid(f);
    const candidate = tanh(g);
    const output = sigmoid(o);
    const c = add(mul(forget, state.c!), mul(input, candidate)) as Tensor2D;
    const hidden = mul(output, tanh(c)) as Tensor2D;
    const h: Tensor2D = weightHrT ? matMul(hidden, weightHrT) : hidden;
    return { next: { h, c }, reserved: [input, forget, candidate, output] };
  },

  gru: (gatesIh, gatesHh, state) => {
    const [ri, zi, ni] = split(gatesIh, 3, 1) as [Tensor2D, Tensor2D, Tensor2D];
    const [rh, zh, nh] = split(gatesHh, 3, 1) as [Tensor2D, Tensor2D, Tensor2D];
    const reset = sigmoid(add(ri, rh)) as Tensor2D;
    const update = sigmoid(add(zi, zh)) as Tensor2D;
    const candidate = tanh(add(ni, mul(reset, nh))) as Tensor2D;
    const h = add(mul(sub(1, update), candidate), mul(update, state.h)) as Tensor2D;
    return { next: { h }, reserved: [reset, update, candidate, nh] };
  },
};

/**
 * RecurrentForward on plain tfjs operations. The reserve holds `[T, N, 4H]` gates, then `[T, N, H]` cell states for an
 * LSTM, on its last axis.
 */
export const recurrentForwardKernel = portableKernel(
  'RecurrentForward',
  ({ x, weightIh, weightHh, biasIh, biasHh, weightHr, h0, c0, lengths }, { mode, reverse, training }) => {
    const [steps, rows, features] = x.shape;
    const hiddenSize = weightIh.shape[0] / GATES[mode];

    const weightHhT = transpose(weightHh);
    const weightHrT = weightHr && transpose(weightHr);
    const withBias = (product: Tensor2D, bias: Tensor1D | undefined): Tensor2D =>
      bias ? add(product, bias) : product;

    // One product for all steps: [T·N, I] · [I, G·H].
    const projected = withBias(
      matMul(reshape(x, [steps * rows, features]) as Tensor2D, transpose(weightIh)),
      biasIh,
    );
    const running = lengths && runningRows(lengths, steps);

    let state: State = {
      h: h0 ?? zeros([rows, weightHh.shape[1]]),
      ...(mode === 'lstm' && { c: c0 ?? zeros<Rank.R2>([rows, hiddenSize]) }),
    };
    const outputs: Tensor2D[] = new Array(steps);
    const reserves: Tensor2D[] = new Array(steps);
    for (const t of stepOrder(steps, reverse)) {
      const gatesIh = slice(projected, [t * rows, 0], [rows, -1]);
      const gatesHh = withBias(matMul(state.h, weightHhT), biasHh);
      const { next, reserved } = cells[mode](gatesIh, gatesHh, state, weightHrT);
      if (running) {
        // A row that has ended (or, in reverse, has not begun) keeps its state and outputs 0.
        const runs = running[t]!;
        outputs[t] = where(runs, next.h, zerosLike(next.h));
        state = {
          h: where(runs, next.h, state.h),
          ...(next.c && { c: where(runs, next.c, state.c!) }),
        };
      } else {
        outputs[t] = next.h;
        state = next;
      }
      if (training && reserved.length > 0)
        reserves[t] = concat(state.c ? [...reserved, state.c] : reserved, 1);
    }

    const isGated = mode === 'gru' || mode === 'lstm';
    return {
      y: stack(outputs) as Tensor3D,
      hN: state.h.clone(),
      cN: state.c?.clone(),
      reserve: training ? (isGated ? stack(reserves) : tensor([], [0])) : undefined,
    };
  },
);
