import type { Arrays } from '../arrays/arrays.ts';
import type { RecordedCall, RecordedOp, Value } from './recorded.ts';
import { needsOf } from './recorded-op.ts';
import { Segmenter } from './segmenter.ts';

/**
 * The operations that have been called but not run, in order. An operation leaves the list as soon as nobody needs
 * its results.
 */
export class Recording {
  readonly segments = new Segmenter();
  #ops: RecordedOp[] = [];
  /** The number of dropped operations that are still in the list */
  #dropped = 0;
  #failed = false;
  #traced: RecordedOp[] | undefined;
  readonly #arrays: Arrays;

  /** @param arrays takes back the elements of values that nothing needs any more */
  constructor(arrays: Arrays) {
    this.#arrays = arrays;
  }

  /** The number of operations that are to be run */
  get length(): number {
    return this.#ops.length - this.#dropped;
  }

  add(call: RecordedCall): void {
    const op: RecordedOp = {
      ...call,
      segment: -1,
      requires: undefined,
      failure: undefined,
      state: 'waiting',
    };
    for (const { value } of op.operands) value.uses++;
    for (const output of op.outputs) output.source = op;
    if (this.#traced) {
      this.#traced.push(op);
    } else {
      this.segments.add(op);
      this.#ops.push(op);
    }
  }

  /** Whether a trace is under way. */
  get isTracing(): boolean {
    return this.#traced !== undefined;
  }

  /** Gives `f` the operations that are recorded while it runs. They only describe the computation and are not run. */
  trace<Result>(f: (ops: readonly RecordedOp[]) => Result): Result {
    const traced: RecordedOp[] = [];
    this.#traced = traced;
    try {
      return f(traced);
    } finally {
      this.#traced = undefined;
    }
  }

  /**
   * Removes operations from the list in order to run them: those that the wanted values depend on, or all that have
   * not failed.
   */
  take(wanted?: readonly Value[]): RecordedOp[] {
    this.segments.endSegment();
    if (!wanted) return this.#take(({ failure }) => failure === undefined);
    const needed = sourcesOf(wanted);
    return this.#take((op) => needed.has(op));
  }

  /**
   * Takes the operations that have not failed, except those of the present segment: half a step would become a graph
   * of its own. Where the present segment alone has more than `most` operations, it is taken too.
   */
  takeComplete(most: number): RecordedOp[] {
    const { current } = this.segments;
    const open = this.#ops.filter(({ segment, state }) => segment === current && state !== 'dropped').length;
    if (open > most) return this.take();
    return this.#take(({ failure, segment }) => failure === undefined && segment !== current);
  }

  #take(isWanted: (op: RecordedOp) => boolean): RecordedOp[] {
    this.#compact();
    const ops = this.#ops;
    if (this.#failed) this.#spreadFailures();
    const taken = ops.filter(isWanted);
    this.#ops = taken.length === ops.length ? [] : ops.filter((op) => !isWanted(op));
    for (const op of taken) op.state = 'taken';
    return taken;
  }

  /** Puts operations back at the front of the list. */
  restore(ops: readonly RecordedOp[]): void {
    this.#ops = [...ops, ...this.#ops];
    for (const op of ops) op.state = 'waiting';
    // Drops outputs that the program has disposed in the meantime.
    for (const op of ops.toReversed()) for (const output of op.outputs) this.drop(output);
  }

  /** Marks operations as failed, and all operations that depend on them. */
  fail(ops: Iterable<RecordedOp>, failure: Error): void {
    for (const op of ops) op.failure = failure;
    this.#failed = true;
    this.#spreadFailures();
  }

  /** Why a value cannot be computed, where an operation that it depends on has failed. */
  failureOf(value: Value): Error | undefined {
    if (this.#failed) this.#spreadFailures();
    return value.source?.failure;
  }

  /** The operations of a segment that have yet to run. */
  ofSegment(segment: number): RecordedOp[] {
    return this.#ops.filter((op) => op.segment === segment && op.state !== 'dropped');
  }

  /** Removes the marks of a failure. The operations run again with the others. */
  forgive(failure: Error): void {
    for (const op of this.#ops) if (op.failure === failure) op.failure = undefined;
  }

  #spreadFailures(): void {
    let any = false;
    for (const op of this.#ops) {
      if (op.state === 'dropped') continue;
      for (const { failure } of needsOf(op)) op.failure ??= failure;
      any ||= op.failure !== undefined;
    }
    this.#failed = any;
  }

  /** Notes that an operation has run: its results are computed, and its operands have one reader fewer. */
  finish(op: RecordedOp): void {
    for (const output of op.outputs) {
      output.source = undefined;
      output.segment = op.segment;
      if (!output.isNeeded) this.#arrays.release(output);
    }
    for (const { value } of op.operands) {
      value.uses--;
      if (!value.isNeeded && value.isComputed) this.#arrays.release(value);
    }
  }

  /** Keeps a value until `letGo`, even if no tensor has it. */
  hold(value: Value): void {
    value.uses++;
  }

  letGo(value: Value): void {
    value.uses--;
    this.drop(value);
  }

  /** Notes that the operation that computes a value must not run without another value. */
  bind({ source }: Value, required: Value): void {
    if (source) source.requires = required;
  }

  /** Drops a value that no tensor and no operation needs, together with the operations that would compute it. */
  drop(value: Value): void {
    const open = [value];
    for (let next = open.pop(); next; next = open.pop()) {
      if (next.isNeeded) continue;
      const { source } = next;
      if (!source) {
        this.#arrays.release(next);
      } else if (source.state === 'waiting' && source.outputs.every((output) => !output.isNeeded)) {
        source.state = 'dropped';
        // Traced operations are not in the list.
        if (source.segment >= 0) this.#dropped++;
        for (const operand of source.operands) {
          operand.value.uses--;
          open.push(operand.value);
        }
      }
    }
    if (this.#dropped > 64 && this.#dropped > this.#ops.length / 2) this.#compact();
  }

  #compact(): void {
    if (this.#dropped === 0) return;
    this.#ops = this.#ops.filter((op) => op.state !== 'dropped');
    this.#dropped = 0;
  }
}

/** The operations that have to run before the values are computed. */
export function sourcesOf(values: Iterable<Value>): Set<RecordedOp> {
  const sources = new Set<RecordedOp>();
  const open: RecordedOp[] = [];
  for (const { source } of values) if (source) open.push(source);
  for (let op = open.pop(); op; op = open.pop()) {
    if (sources.has(op)) continue;
    sources.add(op);
    open.push(...needsOf(op));
  }
  return sources;
}
