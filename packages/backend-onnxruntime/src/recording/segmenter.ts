import { declarationOf } from '@unroll/backend/contract';
import type { RecordedOp, Value } from './recorded.ts';
import { runsAlone } from './recorded-op.ts';

/**
 * Numbers the segments of a recording. A loop that reads nothing is to be many runs of one graph; without segments it would
 * be one graph of many steps, and another one for each count of steps. A step ends with its last assignment to a variable
 * that it has read, which shows when an operation reads the assigned value; or with a kernel that the contract says ends a step.
 */
export class Segmenter {
  #segment = 0;
  /** Values that were assigned to variables which this segment has read */
  readonly #assigned = new Set<Value>();
  /** Operations since the last of these assignments */
  #sinceAssignment: RecordedOp[] = [];
  #afterStepEnd = false;

  /** The number of the segment under way */
  get current(): number {
    return this.#segment;
  }

  /** Ends the segment: operations that follow share no graph with those before. */
  endSegment(): void {
    this.#segment++;
    this.#assigned.clear();
    this.#sinceAssignment = [];
    this.#afterStepEnd = false;
  }

  /** Gives an operation its segment, and perhaps moves those before it to the next one. */
  add(op: RecordedOp): void {
    const endsStep = !runsAlone(op) && declarationOf(op.kernel)?.endsStep === true;
    if (this.#afterStepEnd && !endsStep) this.endSegment();
    this.#afterStepEnd = endsStep;
    if (this.#assigned.size > 0) {
      // In the step that assigned a value, a tensor may have it too; in the next one the variable alone has it.
      if (op.operands.some(({ value }) => value.refCount === 1 && this.#assigned.has(value))) {
        const moved = this.#sinceAssignment;
        this.endSegment();
        for (const other of moved) this.#place(other);
      } else {
        this.#sinceAssignment.push(op);
      }
    }
    this.#place(op);
  }

  /** A variable's value is replaced by a computed one. */
  assign(before: Value, after: Value): void {
    if (before.readIn !== this.#segment) return;
    this.#assigned.add(after);
    this.#sinceAssignment = [];
  }

  #place(op: RecordedOp): void {
    op.segment = this.#segment;
    for (const { value } of op.operands) value.readIn = this.#segment;
  }
}
