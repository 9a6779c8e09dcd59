import { type Rank, type Tensor2D, zeros } from '@tensorflow/tfjs-core';
import { Cell } from './cell.ts';
import type { LSTMState } from './lstm.ts';

export type LSTMCellState = LSTMState<Rank.R2>;

/** Cells with an LSTM's states that have no kernel: their sizes and zero states. */
export abstract class LSTMVariantCell extends Cell<LSTMCellState> {
  readonly inputSize: number;
  readonly hiddenSize: number;

  protected constructor({ inputSize, hiddenSize }: { inputSize: number; hiddenSize: number }) {
    super();
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
  }

  /** H */
  get outputSize(): number {
    return this.hiddenSize;
  }

  /** Zeros `[rows, H]`, twice */
  zeroState(rows: number): LSTMCellState {
    const state = (): Tensor2D => zeros([rows, this.hiddenSize]);
    return [state(), state()];
  }
}
