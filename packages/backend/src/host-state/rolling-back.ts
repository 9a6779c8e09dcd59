import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { currentBackend } from '../engine/current-backend.ts';
import { homeOf } from '../engine/tensor-data.ts';

/** A backend that computes later, and then may fail. */
export interface RollingBack {
  /**
   * Calls `undo` if the variable's last assignment is taken back because its value cannot be computed.
   *
   * @returns whether that may still happen
   */
  onRollback(variable: Variable, undo: () => void): boolean;
  /** Resolves when it is known that no assignment so far is taken back; rejects where one is. Absent: their values tell. */
  settled?(): Promise<void>;
  /** Takes the variables' last assignments back where the loss cannot be computed. */
  standOrFall(variables: readonly Variable[], loss: Tensor): void;
}

/**
 * Says how host state that moved with an assignment, such as an optimizer's count of steps, is taken back with it. A backend
 * that computes at once throws before anything is assigned, and has no use for it.
 *
 * @returns whether the assignment may be taken back
 */
export function onRollback(variable: Variable, undo: () => void): boolean {
  const home = (homeOf(variable.dataId) ?? currentBackend()) as Partial<RollingBack>;
  return home.onRollback?.(variable, undo) ?? false;
}

/** Says that the variables were assigned in a training step of this loss: where the loss cannot be computed, they keep their values. */
export function standOrFall(variables: readonly Variable[], loss: Tensor): void {
  (currentBackend() as Partial<RollingBack>).standOrFall?.(variables, loss);
}
