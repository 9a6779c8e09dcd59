import { tidy } from '@tensorflow/tfjs-core';
import { shapeText, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Cell } from './cell.ts';
import { type CellState, partsOf } from './cell-state.ts';
import type { StateTensor } from './layer-states.ts';

/** Makes the cell of a layer (from 0) in a direction (0 forward, 1 reverse). */
export type MakeCell<State extends CellState> = (layer: number, direction: number) => Cell<State, unknown>;

/** A cell for each layer and direction, layer by layer, forward before reverse. */
export function makeCells<State extends CellState>(
  cells: Cell<State, unknown> | MakeCell<State>,
  layers: number,
  directions: number,
): Cell<State, unknown>[] {
  if (typeof cells === 'function' && cells.prototype instanceof Cell) {
    throw new ArgumentError(
      'Recurrent',
      'cell',
      `is the class ${cells.name}; expected a cell of it, or a function (layer, direction) => cell`,
    );
  }
  if (typeof cells !== 'function') {
    checkCell('cell', cells);
    if (layers * directions === 1) return [cells];
    throw new ArgumentError(
      'Recurrent',
      'cell',
      `is one ${cells.constructor.name}; ${layers} layers in ${directions} ${directions === 1 ? 'direction' : 'directions'} need ` +
        'a function (layer, direction) => cell, as each has parameters of its own',
    );
  }
  return Array.from({ length: layers * directions }, (_, i) => {
    const [layer, direction] = [Math.floor(i / directions), i % directions];
    const cell = cells(layer, direction);
    checkCell(`the cell of layer ${layer}, direction ${direction},`, cell);
    return cell;
  });
}

function checkCell(argument: string, cell: unknown): void {
  if (cell instanceof Cell) return;
  throw new ArgumentError('Recurrent', argument, `is ${shown(cell)}; expected a Cell`);
}

/** The structure of a cell's state, with disposed tensors, and the sizes of the tensors. */
export function stateOf<State extends CellState>(
  cell: Cell<State, unknown>,
): { structure: State; tensors: StateTensor[] } {
  let structure: State;
  tidy(() => {
    structure = cell.zeroState(1);
  });
  const parts = partsOf('Recurrent', `${cell.constructor.name}.zeroState`, structure!);
  const tensors = parts.map(({ path, tensor: { shape, dtype } }) => {
    const sizes = shape.slice(1);
    return { argument: `state${path}`, sizes, axes: sizes.map(String), dtype };
  });
  return { structure: structure!, tensors };
}

/** Throws where cells cannot be stacked. */
export function checkCells<State extends CellState>(
  cells: readonly Cell<State, unknown>[],
  directions: number,
  tensors: readonly StateTensor[],
): void {
  for (const [i, cell] of cells.entries()) {
    const layer = Math.floor(i / directions);
    const argument = `the cell of layer ${layer}, direction ${i % directions},`;
    const [first] = cells as [Cell<State, unknown>];
    const features = layer === 0 ? first.inputSize : directions * first.outputSize;
    if (cell.inputSize !== features) {
      const whence = layer === 0 ? 'the other direction takes' : 'the layer below gives';
      throw new ArgumentError(
        'Recurrent',
        argument,
        `has inputSize ${cell.inputSize}; ${whence} ${features} features`,
      );
    }
    if (cell.outputSize !== first.outputSize) {
      const sizes = `has outputSize ${cell.outputSize}; the first one has ${first.outputSize}`;
      throw new ArgumentError(
        'Recurrent',
        argument,
        `${sizes}: layers of different sizes are stacks of their own`,
      );
    }
    const own = stateText(stateOf(cell).tensors);
    if (own !== stateText(tensors)) {
      const states = `has the state ${own}; the first one has ${stateText(tensors)}`;
      throw new ArgumentError(
        'Recurrent',
        argument,
        `${states}: layers of different sizes are stacks of their own`,
      );
    }
  }
}

const stateText = (tensors: readonly StateTensor[]): string =>
  tensors
    .map(({ argument, sizes, dtype }) => `${argument} ${dtype} ${shapeText(['N', ...sizes])}`)
    .join(', ');
