import { reshape, type Tensor, type Tensor2D, type Tensor3D, where, zerosLike } from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkValue, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { runningRows, stepOrder, tidyResult } from '@unroll/backend/operations';
import type { Cell, CellStep, Walk, WalkedSequence } from './cell.ts';
import { type CellState, partsOf, withTensors } from './cell-state.ts';
import { sequenceOf, stepsOf } from './steps-of-sequence.ts';

/**
 * Runs a cell over `[T, N, inputSize]`: all steps at once where the cell knows how, else one after another. The sequence is taken
 * apart and put together once, so that time and gradients grow with T and not with its square.
 *
 * @param operation what errors begin with
 */
export function walkSequence<State extends CellState>(
  operation: string,
  cell: Cell<State>,
  x: Tensor3D,
  initial: State | undefined,
  walk: Walk,
): WalkedSequence<State> {
  const atOnce = isOfTheStep(cell, 'sequence') ? cell.sequence?.(x, initial, walk) : undefined;
  if (atOnce) return atOnce;
  const [steps, rows] = x.shape;
  const begun = isOfTheStep(cell, 'begin') ? cell.begin?.(rows) : undefined;
  const step = begun ?? ((input: Tensor2D, state: State) => cell.step(input, state));
  const running = walk.lengths && runningRows(walk.lengths, steps);
  const inputs = stepsOf(x);
  const outputs = new Array<Tensor2D>(steps);
  let state = initial ?? cell.zeroState(rows);
  for (const t of stepOrder(steps, walk.reverse)) {
    const [y, next] = tidyResult((): CellStep<State> => {
      const [y, next] = checkedStep(operation, cell, rows, step(inputs[t]!, state));
      const kept = keptPastEnd(operation, cell, running?.[t], next, state);
      return [running ? whereRunning(running[t]!, y, zerosLike(y)) : y, kept];
    });
    outputs[t] = y;
    state = next;
  }
  return { y: sequenceOf(outputs), state };
}

/** Throws where a step has not given `[y, state]`, with y of the cell's size. */
function checkedStep<State extends CellState>(
  operation: string,
  cell: Cell<State>,
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

/** Whether a method belongs to the cell's `step`, and not to one that a subclass has overridden. */
function isOfTheStep(cell: object, method: 'sequence' | 'begin'): boolean {
  const ofMethod = ownerOf(cell, method);
  const ofStep = ownerOf(cell, 'step');
  if (!ofMethod || !ofStep) return false;
  return ofMethod === ofStep || Object.prototype.isPrototypeOf.call(ofStep, ofMethod);
}

/** The object, of a cell and its prototypes, that a method is defined on. */
function ownerOf(cell: object, method: string): object | undefined {
  for (let owner: object | null = cell; owner; owner = Object.getPrototypeOf(owner) as object | null) {
    if (Object.hasOwn(owner, method)) return owner;
  }
  return undefined;
}

/**
 * The next state, in rows that have ended the last one.
 *
 * @throws where the next state has other tensors, or others in shape, than the last one
 */
function keptPastEnd<State extends CellState>(
  operation: string,
  cell: Cell<State>,
  runs: Tensor2D | undefined,
  next: State,
  last: State,
): State {
  const argument = `the state of ${cell.constructor.name}.step`;
  const [nextParts, lastParts] = [partsOf(operation, argument, next), partsOf(operation, argument, last)];
  if (nextParts.length !== lastParts.length) {
    throw new ArgumentError(
      operation,
      argument,
      `has ${nextParts.length} tensors; the state before has ${lastParts.length}`,
    );
  }
  const kept = nextParts.map(({ path, tensor }, i) => {
    const before = lastParts[i]!.tensor;
    checkExactShape(operation, argument + path, tensor, before.shape, ', as before the step');
    checkDtype(operation, argument + path, tensor, before.dtype);
    return runs ? whereRunning(runs, tensor, before) : tensor;
  });
  return runs ? withTensors(next, kept) : next;
}

/** `value` in rows that run, `other` in the rest. */
function whereRunning<T extends Tensor>(runs: Tensor2D, value: T, other: T): T {
  const rows = runs.shape[0];
  return where(reshape(runs, [rows, ...value.shape.slice(1).map(() => 1)]), value, other) as T;
}
