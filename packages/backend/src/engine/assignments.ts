import { type Tensor, Variable } from '@tensorflow/tfjs-core';
import { sameShape } from '../checks/same-shape.ts';

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
