import { type Rank, type Tensor, type Tensor2D, zeros } from '@tensorflow/tfjs-core';
import { advance, checkStep } from './advance.ts';
import { Cell } from './cell.ts';
import { checkPair, type LSTMState } from './lstm.ts';

export type LSTMCellState = LSTMState<Rank.R2>;

/** The common part of cells that have an LSTM's states but no kernel: their sizes and zero states. */
export abstract class LSTMVariantCell extends Cell<LSTMCellState, LSTMState> {
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

  /** Checks that a state fits the input of a step, and returns it. */
  protected checked(x: Tensor2D, state: LSTMCellState): LSTMCellState {
    checkPair(`${this.constructor.name}.step`, state ?? null);
    const [h, c] = state;
    checkStep(this, x, { h, c });
    return state;
  }

  /**
   * One step, as `LSTMCell.forward`.
   *
   * @param input `[N, inputSize]` or `[inputSize]`
   * @param state hidden and cell state, `[N, H]` or `[H]` each; absent: zeros
   * @returns the next hidden and cell state
   */
  override forward<R extends Rank>(input: Tensor<R>, state?: LSTMState): LSTMState<R> {
    const operation = `${this.constructor.name}.forward`;
    checkPair(operation, state);
    const [h, c] = state ?? [];
    const toState = (tensors: Tensor2D[]) => tensors as LSTMCellState;
    return advance(operation, this, input, { h, c }, toState) as LSTMState<R>;
  }
}
