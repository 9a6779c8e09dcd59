import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { checkPair, type LSTMState } from './lstm.ts';
import { cellKinds, RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';

/**
 * One step of an LSTM, as `torch.nn.LSTMCell`; for the equations see `LSTM`. Keys: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`,
 * rows i, f, g, o.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html
 */
export class LSTMCell extends RecurrentCell {
  constructor(options: RecurrentCellOptions) {
    super('lstm', checkOptions(new.target.name, options, cellKinds));
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
