import {
  mul,
  ones,
  onesLike,
  type Rank,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { optionText } from '../option-text.ts';
import { dropOut } from '../random/drop-out.ts';
import type { Cell, CellStep, Walk, WalkedSequence } from './cell.ts';
import { type CellState, partsOf, withTensors } from './cell-state.ts';
import { CellWrapper } from './cell-wrapper.ts';
import { stateOf } from './cells-of-layers.ts';
import { walkSequence } from './walk-sequence.ts';

export interface VariationalDropoutCellOptions {
  /** Probability of zeroing a feature of the input, in all steps of a sequence. Default 0. */
  inputDropout?: number | undefined;
  /** Probability of zeroing a feature of the state that a step reads, in all steps of a sequence. Default 0. */
  stateDropout?: number | undefined;
}

const kinds = { inputDropout: kind.probability, stateDropout: kind.probability };

/**
 * Variational dropout (Gal and Ghahramani 2016) for a cell. In training, one mask for the inputs and one for the
 * hidden states apply to all steps of a sequence. They are drawn anew for each row and each sequence. The hidden
 * state is the first tensor of the cell's state, for an LSTM h and not c. Elements that stay are divided by 1 − p. In
 * evaluation, the cell is unchanged.
 *
 * @example
 * const cell = new nn.VariationalDropoutCell(new nn.LSTMCell({ inputSize: 10, hiddenSize: 20 }), { inputDropout: 0.2, stateDropout: 0.2 });
 * const [output] = new nn.Recurrent(cell).forward(tf.randomNormal([5, 3, 10])); // [5, 3, 20]
 *
 * @see https://arxiv.org/abs/1512.05287
 */
export class VariationalDropoutCell<State extends CellState> extends CellWrapper<State> {
  readonly inputDropout: number;
  readonly stateDropout: number;

  /** @throws where a value is not a probability */
  constructor(cell: Cell<State, unknown>, options: VariationalDropoutCellOptions = {}) {
    super(cell);
    const { inputDropout = 0, stateDropout = 0 } = checkOptions('VariationalDropoutCell', options, kinds);
    this.inputDropout = inputDropout;
    this.stateDropout = stateDropout;
    if (stateDropout > 0 && stateOf(cell).tensors.length === 0) {
      const words = `is ${stateDropout}; the state of ${cell.constructor.name} has no tensors`;
      throw new ArgumentError('VariationalDropoutCell', 'stateDropout', words);
    }
  }

  override extraRepr(): string {
    const { inputDropout, stateDropout } = this;
    return optionText({ inputDropout, stateDropout });
  }

  override begin(rows: number): (x: Tensor2D, state: State) => CellStep<State> {
    const inner = this.beginInner(rows);
    if (!this.training) return inner;
    const inputMask = this.#inputMask(rows);
    const stateMask = this.#stateMask(rows);
    return (x, state) =>
      tidyResult(() => {
        const [hidden, ...others] = partsOf('VariationalDropoutCell.step', 'state', state).map(
          ({ tensor }) => tensor,
        );
        return inner(
          inputMask ? mul(x, inputMask) : x,
          stateMask ? withTensors(state, [mul(hidden!, stateMask), ...others]) : state,
        );
      });
  }

  /** The inner cell's sequence, where the state is not masked: the inputs of all steps have the same mask. */
  override sequence(x: Tensor3D, initial: State | undefined, walk: Walk): WalkedSequence<State> | undefined {
    if (this.training && this.stateDropout > 0) return undefined;
    const mask = this.training ? this.#inputMask(x.shape[1]) : undefined;
    return walkSequence(this.cell, mask ? mul(x, mask) : x, initial, walk);
  }

  /** The mask of the inputs, `[rows, inputSize]`; undefined where inputs are not dropped */
  #inputMask(rows: number): Tensor2D | undefined {
    if (this.inputDropout === 0) return undefined;
    return dropOut(ones<Rank.R2>([rows, this.inputSize]), () => this.inputDropout);
  }

  /** The mask of the state's first tensor for `rows` rows; undefined where states are not dropped */
  #stateMask(rows: number): Tensor | undefined {
    if (this.stateDropout === 0) return undefined;
    const [hidden] = partsOf('VariationalDropoutCell', 'state', this.zeroState(rows));
    return dropOut(onesLike(hidden!.tensor), () => this.stateDropout);
  }
}
