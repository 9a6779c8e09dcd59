import {
  add,
  mul,
  type Rank,
  sigmoid,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tanh,
} from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { advance, checkStep } from './advance.ts';
import type { CellStep, Walk, WalkedSequence } from './cell.ts';
import { checkPair, type LSTMState } from './lstm.ts';
import { splitGates } from './lstm-gates.ts';
import { cellKinds, RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';

type State = LSTMState<Rank.R2>;

/**
 * One step of an LSTM, as `torch.nn.LSTMCell`:
 *
 * ```text
 * i = σ(W_ii x + b_ii + W_hi h + b_hi)
 * f = σ(W_if x + b_if + W_hf h + b_hf)
 * g = tanh(W_ig x + b_ig + W_hg h + b_hg)
 * o = σ(W_io x + b_io + W_ho h + b_ho)
 * c' = f ⊙ c + i ⊙ g
 * h' = o ⊙ tanh(c')
 * ```
 *
 * Keys: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`, rows i, f, g, o.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html
 */
export class LSTMCell extends RecurrentCell<State, LSTMState> {
  constructor(options: RecurrentCellOptions) {
    super('lstm', checkOptions(new.target.name, options, cellKinds));
  }

  /**
   * The formula.
   *
   * @param x `[N, inputSize]`
   * @param state `h` and `c`, `[N, H]` each
   * @returns `h'`, and the next state `[h', c']`
   */
  step(x: Tensor2D, state: State): CellStep<State> {
    checkPair('LSTMCell.step', state ?? null);
    const [h, c] = state;
    checkStep(this, x, { h, c });
    return tidyResult(() => {
      const [i, f, g, o] = splitGates(add(...this.gates(x, h)));
      const nextC = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g))) as Tensor2D;
      const nextH = mul(sigmoid(o), tanh(nextC)) as Tensor2D;
      return [nextH, [nextH, nextC]];
    });
  }

  /** Zeros `[rows, H]`, twice */
  zeroState(rows: number): State {
    return [this.zeros(rows), this.zeros(rows)];
  }

  override sequence(x: Tensor3D, state: State | undefined, walk: Walk): WalkedSequence<State> {
    const { y, hN, cN } = this.kernel(x, state?.[0], state?.[1], walk);
    return { y, state: [hN, cN!] };
  }

  /**
   * @param input `[N, inputSize]` or `[inputSize]`
   * @param state hidden and cell state, `[N, H]` or `[H]` each; absent: zeros
   * @returns the next hidden and cell state
   */
  override forward<R extends Rank>(input: Tensor<R>, state?: LSTMState): LSTMState<R> {
    checkPair('LSTMCell.forward', state);
    const [h, c] = state ?? [];
    const operation = `${this.constructor.name}.forward`;
    return advance(operation, this, input, { h, c }, (tensors) => tensors as State) as LSTMState<R>;
  }
}
