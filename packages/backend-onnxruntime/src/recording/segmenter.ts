import type { KernelLowering } from '@unroll/onnx';
import type { RecordedOp, Value } from './recorded.ts';
import { runsAlone } from './recorded-op.ts';

/**
 * Numbers the segments of a recording: the steps of a loop that reads nothing shall be many runs of one graph, not one graph
 * of many steps, of another structure for each count. A step ends with the last assignment to a variable that it has read,
 * once an operation reads what was assigned; or with a kernel that is declared to end steps.
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

  /** Ends the segment: what follows is not to share a graph with what has been. */
  begin(): void {
    this.#segment++;
    this.#assigned.clear();
    this.#sinceAssignment = [];
    this.#afterStepEnd = false;
  }

  /** Gives an operation its segment, and perhaps moves those before it to the next one. */
  add(op: RecordedOp): void {
    const endsStep = !runsAlone(op) && declarationOf(op.kernel)?.endsStep === true;
    if (this.#afterStepEnd && !endsStep) this.begin();
    this.#afterStepEnd = endsStep;
    if (this.#assigned.size > 0) {
      // What a tensor has too may be used on in the step that assigned it; in the next one the variable alone has it.
      if (op.operands.some(({ value }) => value.refCount === 1 && this.#assigned.has(value))) {
        const moved = this.#sinceAssignment;
        this.begin();
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
