import {
  add,
  mul,
  type Rank,
  sigmoid,
  split,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tanh,
} from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { advance, checkStep } from './advance.ts';
import type { CellStep, Walk, WalkedSequence } from './cell.ts';
import { cellKinds, RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';

/**
 * One step of a GRU, as `torch.nn.GRUCell`:
 *
 * ```text
 * r = σ(W_ir x + b_ir + W_hr h + b_hr)
 * z = σ(W_iz x + b_iz + W_hz h + b_hz)
 * n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
 * h' = (1 − z) ⊙ n + z ⊙ h
 * ```
 *
 * Keys: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`, rows r, z, n.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GRUCell.html
 */
export class GRUCell extends RecurrentCell<Tensor2D, Tensor> {
  constructor(options: RecurrentCellOptions) {
    super('gru', checkOptions(new.target.name, options, cellKinds));
  }

  /**
   * The formula.
   *
   * @param x `[N, inputSize]`
   * @param h `[N, H]`
   * @returns `h'` twice: as the output, and as the next state
   */
  step(x: Tensor2D, h: Tensor2D): CellStep<Tensor2D> {
    checkStep(this, x, { h });
    return tidyResult(() => {
      const [ofInput, ofState] = this.gates(x, h); // [N, 3H]
      const [ri, zi, ni] = split(ofInput, 3, 1) as [Tensor2D, Tensor2D, Tensor2D];
      const [rh, zh, nh] = split(ofState, 3, 1) as [Tensor2D, Tensor2D, Tensor2D];
      const r = sigmoid(add(ri, rh));
      const z = sigmoid(add(zi, zh));
      const n = tanh(add(ni, mul(r, nh)));
      const next = add(mul(sub(1, z), n), mul(z, h)) as Tensor2D;
      return [next, next];
    });
  }

  /** Zeros `[rows, H]` */
  zeroState(rows: number): Tensor2D {
    return this.zeros(rows);
  }

  override sequence(x: Tensor3D, h0: Tensor2D | undefined, walk: Walk): WalkedSequence<Tensor2D> {
    const { y, hN } = this.kernel(x, h0, undefined, walk);
    return { y, state: hN };
  }

  /**
   * @param input `[N, inputSize]` or `[inputSize]`
   * @param h `[N, H]` or `[H]`; absent: zeros
   * @returns the next hidden state, of `h`'s shape
   */
  override forward<R extends Rank>(input: Tensor<R>, h?: Tensor): Tensor<R> {
    const [next] = advance(`${this.constructor.name}.forward`, this, input, { h }, ([hidden]) => hidden!);
    return next as Tensor<R>;
  }
}
