import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkChoice } from '../check-option.ts';
import type { Nonlinearity } from './layer-options.ts';
import { checkPair, type LSTMState } from './lstm.ts';
import { RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';
import { rnnModes } from './rnn.ts';

export interface RNNCellOptions extends RecurrentCellOptions {
  /** Default 'tanh' */
  nonlinearity?: Nonlinearity | undefined;
}

/**
 * One step of an Elman network, as `torch.nn.RNNCell`: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or ReLU in the place of tanh.
 * Keys: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RNNCell.html
 */
export class RNNCell extends RecurrentCell {
  readonly nonlinearity: Nonlinearity;

  constructor({ nonlinearity = 'tanh', ...options }: RNNCellOptions) {
    checkChoice('RNNCell', 'nonlinearity', nonlinearity, rnnModes);
    super(rnnModes[nonlinearity], options);
    this.nonlinearity = nonlinearity;
  }

  /**
   * @param input `[N, inputSize]` or `[inputSize]`
   * @param h `[N, H]` or `[H]`; absent: zeros
   * @returns the next hidden state, of `h`'s shape
   */
  forward<R extends Rank>(input: Tensor<R>, h?: Tensor): Tensor<R> {
    return this.step(input, h).h;
  }
}

/**
 * One step of a GRU, as `torch.nn.GRUCell`; for the equations see `GRU`. Keys: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`, rows
 * r, z, n.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GRUCell.html
 */
export class GRUCell extends RecurrentCell {
  constructor(options: RecurrentCellOptions) {
    super('gru', options);
  }

  /**
   * @param input `[N, inputSize]` or `[inputSize]`
   * @param h `[N, H]` or `[H]`; absent: zeros
   * @returns the next hidden state, of `h`'s shape
   */
  forward<R extends Rank>(input: Tensor<R>, h?: Tensor): Tensor<R> {
    return this.step(input, h).h;
  }
}

/**
 * One step of an LSTM, as `torch.nn.LSTMCell`; for the equations see `LSTM`. Keys: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`,
 * rows i, f, g, o.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html
 */
export class LSTMCell extends RecurrentCell {
  constructor(options: RecurrentCellOptions) {
    super('lstm', options);
  }

  /**
   * @param input `[N, inputSize]` or `[inputSize]`
   * @param state hidden and cell state, `[N, H]` or `[H]` each; absent: zeros
   * @returns the next hidden and cell state
   */
  forward<R extends Rank>(input: Tensor<R>, state?: LSTMState): LSTMState<R> {
    checkPair('LSTMCell.forward', state);
    const { h, c } = this.step(input, state?.[0], state?.[1]);
    return [h, c!];
  }
}
