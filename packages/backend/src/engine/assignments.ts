import { engine, type Tensor, util, Variable } from '@tensorflow/tfjs-core';

/** Is told of an assignment to a variable before it happens. */
export type AssignmentObserver = (variable: Variable, value: Tensor) => void;

const observers = new Set<AssignmentObserver>();
let assign: Variable['assign'] | undefined;

/**
 * Follows all assignments to variables, an optimizer's of TensorFlow.js among them. tfjs tells a backend of the data that a
 * variable lets go and takes, but not that the two belong to one variable. For backends that compute later.
 *
 * @returns ends it
 */
export function observeAssignments(observer: AssignmentObserver): () => void {
  observers.add(observer);
  if (!assign) {
    const original = Variable.prototype.assign;
    assign = original;
    Variable.prototype.assign = function (this: Variable, value: Tensor): void {
      const fits = value.dtype === this.dtype && util.arraysEqual(value.shape, this.shape);
      if (fits && value.dataId !== this.dataId) for (const other of observers) other(this, value);
      original.call(this, value);
    } as Variable['assign'];
  }
  return () => {
    observers.delete(observer);
    if (observers.size > 0 || !assign) return;
    Variable.prototype.assign = assign;
    assign = undefined;
  };
}

/** A backend that computes later, and then may fail. */
export interface RollingBack {
  /**
   * Calls `undo` where the variable's last assignment is taken back, as its value cannot be computed.
   *
   * @returns whether that may come
   */
  onRollback(variable: Variable, undo: () => void): boolean;
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
  return (engine().backend as Partial<RollingBack>).onRollback?.(variable, undo) ?? false;
}

/** Says that the variables were assigned in a training step of this loss: where it cannot be had, they are not to change. */
export function standOrFall(variables: readonly Variable[], loss: Tensor): void {
  (engine().backend as Partial<RollingBack>).standOrFall?.(variables, loss);
}
