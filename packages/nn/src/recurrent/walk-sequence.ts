import {
  clone,
  reshape,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { sequenceOf, stepOrder, stepsOf, tidyResult } from '@unroll/backend/operations';
import type { Cell, CellStep, Walk, WalkedSequence } from './cell.ts';
import { type CellState, partsOf, withTensors } from './cell-state.ts';
import { firstInReverse, runningRows } from './ragged-rows.ts';
import { beginSteps, knowsSequences, knowsZeroState } from './ways-of-stepping.ts';

/**
 * Runs a cell over `[T, N, inputSize]`: all steps at once where the cell can, else one after another.
 *
 * @param initial absent: the cell's zero state
 */
export function walkSequence<State extends CellState>(
  cell: Cell<State, unknown>,
  x: Tensor3D,
  initial: State | undefined,
  walk: Walk,
): WalkedSequence<State> {
  const rows = x.shape[1];
  if (knowsSequences(cell)) {
    const start = initial ?? (knowsZeroState(cell) ? undefined : zeroStateOf(walk.operation, cell, rows));
    const walked = cell.sequence?.(x, start, walk);
    if (walked) return walked.y === x ? { ...walked, y: clone(x) } : walked;
  }
  return walkByStep(cell, x, initial ?? zeroStateOf(walk.operation, cell, rows), walk);
}

/** Splits and joins the sequence once, so that time and gradients grow with T, not with T². */
function walkByStep<State extends CellState>(
  cell: Cell<State, unknown>,
  x: Tensor3D,
  initial: State,
  { operation, reverse, lengths }: Walk,
): WalkedSequence<State> {
  const [steps, rows] = x.shape;
  const step = beginSteps(operation, cell, rows);
  const inputs = stepsOf(x);
  const running = lengths && runningRows(lengths, steps);
  // Rows that have ended repeat their first step, and the result is dropped. On padding, a derivative might be NaN.
  const standIn = lengths && (reverse ? firstInReverse(x, lengths) : inputs[0]!);
  const outputs = new Array<Tensor2D>(steps);
  let state = initial;
  for (const t of stepOrder(steps, reverse)) {
    const [y, next] = tidyResult((): CellStep<State> => {
      const runs = running?.[t];
      if (!runs) {
        const [y, next] = step(inputs[t]!, state);
        return [y, joined(operation, cell, next, state, (tensor) => tensor)];
      }
      const from = reverse
        ? state
        : joined(operation, cell, state, initial, (now, first) => whereRunning(runs, now, first));
      const [y, next] = step(whereRunning(runs, inputs[t]!, standIn!), from);
      return [
        whereRunning(runs, y, zerosLike(y)),
        joined(operation, cell, next, state, (tensor, last) => whereRunning(runs, tensor, last)),
      ];
    });
    outputs[t] = y;
    state = next;
  }
  return { y: sequenceOf(outputs), state };
}

/** @throws where a state does not have `rows` rows */
function zeroStateOf<State extends CellState>(
  operation: string,
  cell: Cell<State, unknown>,
  rows: number,
): State {
  const state = cell.zeroState(rows);
  const argument = `${cell.constructor.name}.zeroState(${rows})`;
  for (const { path, tensor } of partsOf(operation, argument, state)) {
    if (tensor.shape[0] === rows) continue;
    throw new ArgumentError(
      operation,
      argument + path,
      `has shape ${shapeText(tensor.shape)}; expected ${rows} in its first axis, [N, …]`,
    );
  }
  return state;
}

/**
 * Joins two states tensor by tensor.
 *
 * @throws where the tensors of the first state do not match those of the second
 */
function joined<State extends CellState>(
  operation: string,
  cell: Cell<State, unknown>,
  state: State,
  before: State,
  join: (tensor: Tensor, before: Tensor) => Tensor,
): State {
  const argument = `the state of ${cell.constructor.name}.step`;
  const parts = partsOf(operation, argument, state);
  const partsBefore = partsOf(operation, argument, before);
  const [paths, pathsBefore] = [parts, partsBefore].map((list) =>
    list.map(({ path }) => `state${path}`).join(', '),
  );
  if (paths !== pathsBefore) {
    throw new ArgumentError(
      operation,
      argument,
      `has the tensors ${paths}; before the step it had ${pathsBefore}`,
    );
  }
  const tensors = parts.map(({ path, tensor }, i) => {
    const last = partsBefore[i]!.tensor;
    checkExactShape(operation, argument + path, tensor, last.shape, ', as before the step');
    checkDtype(operation, argument + path, tensor, last.dtype);
    return join(tensor, last);
  });
  return withTensors(state, tensors);
}

/** `value` in rows that are still running, `other` in all other rows. */
function whereRunning<T extends Tensor>(runs: Tensor2D, value: T, other: T): T {
  const rows = runs.shape[0];
  return where(reshape(runs, [rows, ...value.shape.slice(1).map(() => 1)]), value, other) as T;
}
