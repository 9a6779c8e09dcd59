import { type Tensor, Variable } from '@tensorflow/tfjs-core';
import { sameShape } from '../checks/same-shape.ts';

/** Called before a value is assigned to a variable. */
export type AssignmentObserver = (variable: Variable, value: Tensor) => void;

const observers = new Set<AssignmentObserver>();
let assign: Variable['assign'] | undefined;

/**
 * Reports all assignments to variables, including those by TensorFlow.js's optimizers. tfjs tells a backend which data
 * a variable releases and which it takes, but not that both belong to one variable. For backends that compute later.
 *
 * @returns a function that stops the reports
 */
export function observeAssignments(observer: AssignmentObserver): () => void {
  observers.add(observer);
  if (!assign) {
    const original = Variable.prototype.assign;
    assign = original;
    Variable.prototype.assign = function (this: Variable, value: Tensor): void {
      const fits = value.dtype === this.dtype && sameShape(value.shape, this.shape);
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
