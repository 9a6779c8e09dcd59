import type { RecordedOp } from './recorded-op.ts';
import type { Value } from './value.ts';

/** Operations after which a graph may well end: a training step is over when others follow them. */
const UPDATES = new Set(['SgdStep', 'AdamStep', 'RmspropStep', 'AdagradStep']);

/** At most so many operations make a graph. */
const MAX_SEGMENT = 4000;

/**
 * The operations that have been called and not run, in their order. One whose results nobody needs any more leaves the
 * list at once.
 */
export class Recording {
  #ops: RecordedOp[] = [];
  /** Dropped ones that are still in the list */
  #removed = 0;
  #sinceCut = 0;
  #afterUpdate = false;
  #captured: RecordedOp[] | undefined;
  readonly #release: (value: Value) => void;

  /** @param release called with a value that nothing needs any more */
  constructor(release: (value: Value) => void) {
    this.#release = release;
  }

  /** Operations that are to be run */
  get length(): number {
    return this.#ops.length - this.#removed;
  }

  /**
   * Whether the next operation begins a graph of its own: where an optimizer's updates have ended, so that the steps of a
   * loop that reads nothing are many runs of one graph, not one graph of many steps.
   */
  startsSegment(kernel: string): boolean {
    const isUpdate = UPDATES.has(kernel);
    const starts = (this.#afterUpdate && !isUpdate) || this.#sinceCut >= MAX_SEGMENT;
    this.#afterUpdate = isUpdate;
    this.#sinceCut = starts ? 1 : this.#sinceCut + 1;
    return starts;
  }

  add(op: RecordedOp): void {
    for (const { value } of op.operands) value.uses++;
    for (const output of op.outputs) output.source = op;
    this.#ops.push(op);
    this.#captured?.push(op);
  }

  /** Whether a capture is under way. */
  get isCapturing(): boolean {
    return this.#captured !== undefined;
  }

  /** Runs `f` and returns the operations that it recorded; they make a graph of their own. */
  capture(f: () => void): readonly RecordedOp[] {
    const captured: RecordedOp[] = [];
    this.#captured = captured;
    this.#sinceCut = MAX_SEGMENT;
    try {
      f();
      return captured;
    } finally {
      this.#captured = undefined;
      this.#sinceCut = MAX_SEGMENT;
    }
  }

  /** Takes all operations from the list to be run, or those that the wanted values depend on. */
  take(wanted?: readonly Value[]): RecordedOp[] {
    this.#compact();
    const ops = this.#ops;
    this.#sinceCut = 0;
    this.#afterUpdate = false;
    const needed = wanted ? sourcesOf(wanted) : undefined;
    const taken = needed ? ops.filter((op) => needed.has(op)) : ops;
    this.#ops = needed ? ops.filter((op) => !needed.has(op)) : [];
    for (const op of taken) op.taken = true;
    return taken;
  }

  /** Puts operations back in front, after a run that failed. */
  restore(ops: readonly RecordedOp[]): void {
    this.#ops = [...ops, ...this.#ops];
    for (const op of ops) {
      op.taken = false;
      op.suspect = true;
    }
    // What was disposed of in the meantime.
    for (const op of ops.toReversed()) for (const output of op.outputs) this.drop(output);
  }

  get hasSuspects(): boolean {
    return this.#ops.some((op) => op.suspect && !op.removed);
  }

  /** The operation has run: its results are there, and its operands have one reader less. */
  finish(op: RecordedOp): void {
    for (const output of op.outputs) {
      output.source = undefined;
      if (!output.isNeeded) this.#release(output);
    }
    this.#unuse(op);
  }

  /** Drops what no tensor and no operation needs: the value, and the operations that were to compute it. */
  drop(value: Value): void {
    const open = [value];
    for (let next = open.pop(); next; next = open.pop()) {
      if (next.isNeeded) continue;
      const { source } = next;
      if (!source) {
        this.#release(next);
      } else if (!source.taken && !source.removed && source.outputs.every((output) => !output.isNeeded)) {
        source.removed = true;
        this.#removed++;
        for (const operand of source.operands) {
          operand.value.uses--;
          open.push(operand.value);
        }
      }
    }
    if (this.#removed > 64 && this.#removed > this.#ops.length / 2) this.#compact();
  }

  #compact(): void {
    if (this.#removed === 0) return;
    this.#ops = this.#ops.filter((op) => !op.removed);
    this.#removed = 0;
  }

  #unuse(op: RecordedOp): void {
    for (const { value } of op.operands) {
      value.uses--;
      if (!value.isNeeded && value.isComputed) this.#release(value);
    }
  }
}

/** The operations that are to run before values are there. */
function sourcesOf(values: readonly Value[]): ReadonlySet<RecordedOp> {
  const sources = new Set<RecordedOp>();
  const open = values.flatMap(({ source }) => (source ? [source] : []));
  for (let op = open.pop(); op; op = open.pop()) {
    if (sources.has(op)) continue;
    sources.add(op);
    for (const { value } of op.operands) if (value.source) open.push(value.source);
  }
  return sources;
}
