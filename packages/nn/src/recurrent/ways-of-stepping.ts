import type { Tensor2D } from '@tensorflow/tfjs-core';
import { checkExactShape, checkValue, kind, shown } from '@unroll/backend/checks';
import type { Cell, CellStep } from './cell.ts';
import type { CellState } from './cell-state.ts';

/*
 * A cell may compute a sequence at once (`sequence`), begin a sequence (`begin`), and compute a step (`step`). If
 * these methods are defined in different classes, the one in the most derived class counts. So the kernel of a class
 * never replaces the `step` of its subclass.
 */

/** The step function of a new sequence, with checked results. */
export function beginSteps<State extends CellState>(
  operation: string,
  cell: Cell<State, unknown>,
  rows: number,
): (x: Tensor2D, state: State) => CellStep<State> {
  const begun = isUpToDate(cell, 'begin', ['step']) ? cell.begin?.(rows) : undefined;
  const step = begun ?? ((x: Tensor2D, state: State) => cell.step(x, state));
  return (x, state) => checkedStep(operation, cell, rows, step(x, state));
}

/** Whether a cell's `sequence` computes the same as its steps. */
export const knowsSequences = (cell: object): boolean => isUpToDate(cell, 'sequence', ['step', 'begin']);

/** Whether `sequence` knows the cell's zero state. A subclass may have another zero state. */
export const knowsZeroState = (cell: object): boolean => isUpToDate(cell, 'sequence', ['zeroState']);

/** Whether a method exists, and no class below its own overrides one of the others. */
function isUpToDate(cell: object, method: string, others: readonly string[]): boolean {
  const depth = depthOf(cell, method);
  return depth !== undefined && others.every((other) => depth <= (depthOf(cell, other) ?? depth));
}

/** The number of levels up to the definition of a method: 0 on the cell itself, 1 in its class, and so on. */
function depthOf(cell: object, method: string): number | undefined {
  let depth = 0;
  for (let owner: object | null = cell; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    if (Object.hasOwn(owner, method)) return depth;
    depth++;
  }
  return undefined;
}

/** Throws where a step has not returned `[y, state]`, with y of the cell's size. */
function checkedStep<State extends CellState>(
  operation: string,
  cell: Cell<State, unknown>,
  rows: number,
  result: unknown,
): CellStep<State> {
  const name = `${cell.constructor.name}.step`;
  if (!Array.isArray(result) || result.length !== 2) {
    throw new Error(`${operation}: ${name} gives ${shown(result)}; expected [y, state]`);
  }
  const [y, next] = result as CellStep<State>;
  checkValue(operation, `the output of ${name}`, y, kind.required(kind.tensor));
  checkExactShape(operation, `the output of ${name}`, y, [rows, cell.outputSize], ', [N, outputSize]');
  return [y, next];
}
