import { expandDims, reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import type { Cell } from './cell.ts';
import { type CellState, partsOf } from './cell-state.ts';
import { checkInput, checkState } from './check-input.ts';
import { layOutStep } from './sequence-layout.ts';
import { walkSequence } from './walk-sequence.ts';

/** A state's tensors by the names that errors use. */
export type NamedStates = Readonly<Record<string, Tensor | undefined>>;

/** The properties of a cell with H hidden features whose states are all `[N, H]`. */
type HiddenCell<State extends CellState> = Cell<State, unknown> & { readonly hiddenSize: number };

/**
 * One step on `[N, inputSize]` or `[inputSize]`, by the fastest way of the cell. Returns the next state's tensors,
 * with the input's rows.
 *
 * @param states in the order of the cell's state; all absent: the cell's zero state
 * @param toState makes the cell's state from its tensors `[N, H]`
 */
export function advance<State extends CellState>(
  operation: string,
  cell: HiddenCell<State>,
  input: Tensor,
  states: NamedStates,
  toState: (tensors: Tensor2D[]) => State,
): Tensor[] {
  return tidyResult(() => {
    const { x, batch, restore } = layOutStep(operation, 'input', input, cell.inputSize);
    const axes = [...batch.map(() => 'N'), 'H'];
    for (const [argument, state] of Object.entries(states)) {
      checkState(operation, argument, state, [...batch, cell.hiddenSize], axes);
    }
    const given = Object.values(states).filter((state) => state !== undefined);
    const rows = given.map((state): Tensor2D => reshape(state, [x.shape[0], cell.hiddenSize]));
    const walk = { operation, reverse: false, lengths: undefined };
    const walked = walkSequence(cell, expandDims(x, 0), rows.length > 0 ? toState(rows) : undefined, walk);
    return partsOf(operation, 'state', walked.state).map(({ tensor }) => restore<Tensor>(tensor));
  });
}

/** Throws where a step's input is not `[N, inputSize]`, or a state is not `[N, H]` with the input's rows. */
export function checkStep<State extends CellState>(
  cell: HiddenCell<State>,
  x: Tensor2D,
  states: NamedStates,
): void {
  const operation = `${cell.constructor.name}.step`;
  checkInput(operation, x, [['N']], cell.inputSize, 'x');
  for (const [argument, state] of Object.entries(states)) {
    checkState(operation, argument, state, [x.shape[0], cell.hiddenSize], ['N', 'H']);
  }
}
