import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import type { Nonlinearity } from './layer-options.ts';
import { cellKinds, RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';
import { rnnModes } from './rnn.ts';

export interface RNNCellOptions extends RecurrentCellOptions {
  /** Default 'tanh' */
  nonlinearity?: Nonlinearity | undefined;
}

const rnnKinds = { ...cellKinds, nonlinearity: kind.keyOf(rnnModes) };

/**
 * One step of an Elman network, as `torch.nn.RNNCell`: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or ReLU in the place of tanh.
 * Keys: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.RNNCell.html
 */
export class RNNCell extends RecurrentCell {
  readonly nonlinearity: Nonlinearity;

  constructor(options: RNNCellOptions) {
    const { nonlinearity = 'tanh', ...rest } = checkOptions(new.target.name, options, rnnKinds);
    super(rnnModes[nonlinearity], rest);
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
