import type { Tensor2D } from '@tensorflow/tfjs-core';
import { checkExactShape, checkValue, kind, shown } from '@unroll/backend/checks';
import type { Cell, CellStep } from './cell.ts';
import type { CellState } from './cell-state.ts';

/*
 * A cell may know a sequence at once (`sequence`), begin one (`begin`), and make a step. Of what stands in one class and is
 * overridden in another, the more derived one counts: a kernel in a class never stands for the step of its subclass.
 */

/** The function of a sequence's steps, whose results are checked. */
export function beginSteps<State extends CellState>(
  operation: string,
  cell: Cell<State, unknown>,
  rows: number,
): (x: Tensor2D, state: State) => CellStep<State> {
  const begun = isUpToDate(cell, 'begin', ['step']) ? cell.begin?.(rows) : undefined;
  const step = begun ?? ((x: Tensor2D, state: State) => cell.step(x, state));
  return (x, state) => checkedStep(operation, cell, rows, step(x, state));
}

/** Whether a cell's `sequence` computes what its steps do. */
export const knowsSequences = (cell: object): boolean => isUpToDate(cell, 'sequence', ['step', 'begin']);

/** Whether `sequence` knows the state that sequences begin with: a subclass may begin with another. */
export const knowsZeroState = (cell: object): boolean => isUpToDate(cell, 'sequence', ['zeroState']);

/** Whether a method is there, and none of the others is overridden in a class below its own. */
function isUpToDate(cell: object, method: string, others: readonly string[]): boolean {
  const depth = depthOf(cell, method);
  return depth !== undefined && others.every((other) => depth <= (depthOf(cell, other) ?? depth));
}

/** How far up a method is defined: 0 on the cell itself, 1 in its class, and so on. */
function depthOf(cell: object, method: string): number | undefined {
  let depth = 0;
  for (let owner: object | null = cell; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    if (Object.hasOwn(owner, method)) return depth;
    depth++;
  }
  return undefined;
}

/** Throws where a step has not given `[y, state]`, with y of the cell's size. */
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
