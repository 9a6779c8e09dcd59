import type { Rank, Tensor } from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { cellKinds, RecurrentCell, type RecurrentCellOptions } from './recurrent-cell.ts';

/**
 * One step of a GRU, as `torch.nn.GRUCell`; for the equations see `GRU`. Keys: `weight_ih`, `weight_hh`, `bias_ih`, `bias_hh`, rows
 * r, z, n.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.GRUCell.html
 */
export class GRUCell extends RecurrentCell {
  constructor(options: RecurrentCellOptions) {
    super('gru', checkOptions(new.target.name, options, cellKinds));
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
