import { add, type Rank, relu, type Tensor, type Tensor2D, type Tensor3D, tanh } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { optionText } from '../option-text.ts';
import { advance, checkStep } from './advance.ts';
import type { CellStep, Walk, WalkedSequence } from './cell.ts';
import type { Nonlinearity } from './layer-options.ts';
import { cellKinds, RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';
import { rnnModes } from './rnn.ts';

export interface RNNCellOptions extends RecurrentCellOptions {
  /** Default 'tanh' */
  nonlinearity?: Nonlinearity | undefined;
}

const rnnKinds = { ...cellKinds, nonlinearity: kind.keyOf(rnnModes) };

/** The functions of an Elman network's hidden state */
export const nonlinearities = { tanh, relu } as const;

/**
 * One step of an Elman network, as `torch.nn.RNNCell`: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or with ReLU instead of tanh.
 * Keys: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RNNCell.html
 */
export class RNNCell extends RecurrentCell<Tensor2D, Tensor> {
  readonly nonlinearity: Nonlinearity;

  constructor(options: RNNCellOptions) {
    const { nonlinearity = 'tanh', ...rest } = checkOptions(new.target.name, options, rnnKinds);
    super(rnnModes[nonlinearity], rest);
    this.nonlinearity = nonlinearity;
  }

  override extraRepr(): string {
    const { nonlinearity } = this;
    const text = super.extraRepr();
    return nonlinearity === 'tanh' ? text : `${text}, ${optionText({ nonlinearity })}`;
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
      const [ofInput, ofState] = this.gates(x, h);
      const next: Tensor2D = nonlinearities[this.nonlinearity](add(ofInput, ofState));
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
