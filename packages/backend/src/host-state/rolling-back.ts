import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { currentBackend } from '../engine/current-backend.ts';
import { homeOf } from '../engine/tensor-data.ts';

/** A backend that computes later, so that a computation may fail after an assignment. */
export interface RollingBack {
  /**
   * Calls `undo` if the variable's last assignment is rolled back because its value cannot be computed.
   *
   * @returns whether that may still happen
   */
  onRollback(variable: Variable, undo: () => void): boolean;
  /**
   * Resolves when it is certain that no assignment so far is rolled back; rejects if one is. If absent, reading the
   * values shows it.
   */
  settled?(): Promise<void>;
  /** Rolls the variables' last assignments back if the loss cannot be computed. */
  standOrFall(variables: readonly Variable[], loss: Tensor): void;
}

/**
 * Registers how to undo a change of host state, such as an optimizer's step count, if the assignment that belongs to it
 * is rolled back. A backend that computes at once throws before the assignment and does not need this.
 *
 * @returns whether the assignment may be rolled back
 */
export function onRollback(variable: Variable, undo: () => void): boolean {
  const home = (homeOf(variable.dataId) ?? currentBackend()) as Partial<RollingBack>;
  return home.onRollback?.(variable, undo) ?? false;
}

/**
 * Declares that the variables were assigned in a training step of this loss. If the loss cannot be computed, they keep
 * their values.
 */
export function standOrFall(variables: readonly Variable[], loss: Tensor): void {
  (currentBackend() as Partial<RollingBack>).standOrFall?.(variables, loss);
}
