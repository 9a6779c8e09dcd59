import type { Tensor2D } from '@tensorflow/tfjs-core';
import { shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { tidyResult } from '@unroll/backend/operations';
import { Cell, type CellStep } from './cell.ts';
import type { CellState } from './cell-state.ts';
import { checkInput } from './check-input.ts';
import { beginSteps } from './ways-of-stepping.ts';

/**
 * Cells that add something to another cell's steps. Sizes and zero states are the other cell's. Keys of the
 * parameters are `cell.…`.
 */
export abstract class CellWrapper<State extends CellState> extends Cell<State> {
  readonly cell: Cell<State, unknown>;

  protected constructor(cell: Cell<State, unknown>) {
    super();
    if (!(cell instanceof Cell)) {
      throw new ArgumentError(new.target.name, 'cell', `is ${shown(cell)}; expected a Cell`);
    }
    this.cell = cell;
  }

  get inputSize(): number {
    return this.cell.inputSize;
  }

  get outputSize(): number {
    return this.cell.outputSize;
  }

  zeroState(rows: number): State {
    return this.cell.zeroState(rows);
  }

  /** The step of the inner cell for a new sequence. */
  protected beginInner(rows: number): (x: Tensor2D, state: State) => CellStep<State> {
    return beginSteps(`${this.constructor.name}.step`, this.cell, rows);
  }

  /** A sequence of one step */
  step(x: Tensor2D, state: State): CellStep<State> {
    checkInput(`${this.constructor.name}.step`, x, [['N']], this.inputSize, 'x');
    return tidyResult(() => this.begin(x.shape[0])(x, state));
  }

  abstract override begin(rows: number): (x: Tensor2D, state: State) => CellStep<State>;
}
