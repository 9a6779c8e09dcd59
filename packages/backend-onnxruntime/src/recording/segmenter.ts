import { declarationOf } from '@unroll/backend/contract';
import type { RecordedOp, Value } from './recorded.ts';
import { runsAlone } from './recorded-op.ts';

/**
 * Numbers the segments of a recording. A loop that reads nothing should become many runs of one graph. Without
 * segments it would become one graph of many steps, and another graph for each number of steps. A step ends with its
 * last assignment to a variable that it has read. This shows when an operation reads the assigned value. A step also
 * ends with a kernel that ends a step by the contract.
 */
export class Segmenter {
  #segment = 0;
  /** Values that were assigned to variables that this segment has read */
  readonly #assigned = new Set<Value>();
  /** The operations since the last of these assignments */
  #sinceAssignment: RecordedOp[] = [];
  #afterStepEnd = false;

  /** The number of the segment under way */
  get current(): number {
    return this.#segment;
  }

  /** Ends the segment. Later operations share no graph with earlier ones. */
  endSegment(): void {
    this.#segment++;
    this.#assigned.clear();
    this.#sinceAssignment = [];
    this.#afterStepEnd = false;
  }

  /** Gives an operation its segment. It may move the operations before it to the next segment. */
  add(op: RecordedOp): void {
    const endsStep = !runsAlone(op) && declarationOf(op.kernel)?.endsStep === true;
    if (this.#afterStepEnd && !endsStep) this.endSegment();
    this.#afterStepEnd = endsStep;
    if (this.#assigned.size > 0) {
      // In the step that assigned a value, a tensor may have the value too. In the next step only the variable has
      // it.
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

  /** Notes that a computed value replaces a variable's value. */
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
