import type { Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core';
import type { Value } from './recorded.ts';
import type { Segmenter } from './segmenter.ts';
import type { TensorData } from './tensor-data.ts';

type DataId = TensorInfo['dataId'];

/** A variable's value before an assignment whose value has yet to be computed. */
interface Version {
  readonly dataId: DataId;
  readonly value: Value;
  /** The segment whose assignment replaced this value */
  readonly replacedIn: number;
  /** Functions that undo changes of host state. The changes came with an assignment after this version. */
  readonly undos: (() => void)[];
}

/**
 * Makes a step a transaction although it is computed later. The journal keeps variables' values from before
 * assignments that have yet to be computed, and restores them where the computation fails.
 */
export class Journal {
  readonly #data: TensorData;
  readonly #segments: Segmenter;
  /** Versions by variable, the oldest first */
  readonly #histories = new Map<Variable, Version[]>();
  /** The variable of each pending value */
  readonly #variableOf = new WeakMap<Value, Variable>();
  /** The value that the last assignment replaces */
  #replaced: Value | undefined;
  /** Segments whose assignments must not stand, though some of their values may be computed */
  readonly #failed = new Set<number>();
  #restoring = false;

  constructor(data: TensorData, segments: Segmenter) {
    this.#data = data;
    this.#segments = segments;
  }

  /** Notes that a variable is about to be assigned. */
  assigning(variable: Variable, next: Tensor): void {
    const before = this.#data.find(variable.dataId);
    const after = this.#data.find(next.dataId);
    this.#replaced = before;
    if (!before || this.#restoring) return;
    if (!after || after.isComputed) {
      this.#forget(variable);
      return;
    }
    this.#variableOf.set(after, variable);
    const versions = this.#histories.get(variable) ?? [];
    // A segment is computed as a whole or not at all, so the first version is enough.
    if (versions.length > 0 && before.source?.segment === this.#segments.current) return;
    this.#data.incRef(variable.dataId);
    const replacedIn = this.#segments.current;
    versions.push({ dataId: variable.dataId, value: before, replacedIn, undos: [] });
    this.#histories.set(variable, versions);
  }

  /** A pending value is released. Unless another value replaces it, its variable has been disposed. */
  gone(value: Value): void {
    const variable = this.#variableOf.get(value);
    if (variable && value !== this.#replaced) this.#forget(variable);
  }

  /** @returns whether there is a version to go back to */
  onRollback(variable: Variable, undo: () => void): boolean {
    return (this.#histories.get(variable)?.at(-1)?.undos.push(undo) ?? 0) > 0;
  }

  /** Variables' present values that have yet to be computed. */
  *current(): Generator<Value> {
    for (const { dataId } of this.#histories.keys()) {
      const value = this.#data.find(dataId);
      if (value && !value.isComputed) yield value;
    }
  }

  /** Variables' earlier values that have yet to be computed. A rollback may restore them. */
  *former(): Generator<Value> {
    for (const versions of this.#histories.values()) {
      for (const { value } of versions) if (!value.isComputed) yield value;
    }
  }

  /** Marks the assignments of a segment as not to stand. */
  fail(segment: number): void {
    this.#failed.add(segment);
  }

  /** Removes that mark, because the segment is tried again or its assignments have been rolled back. */
  forgive(segment: number): void {
    this.#failed.delete(segment);
  }

  hasFailed(segment: number): boolean {
    return this.#failed.has(segment);
  }

  /** Forgets versions that no rollback needs, after a segment has run. */
  settle(): void {
    for (const [variable, versions] of this.#histories) {
      if (versions.some(({ replacedIn }) => this.#failed.has(replacedIn))) continue;
      const current = this.#data.find(variable.dataId);
      if (variable.isDisposed || !current || current.isComputed) {
        this.#forget(variable);
        continue;
      }
      const newest = versions.findLastIndex(({ value }) => value.isComputed);
      for (const { dataId } of versions.splice(0, Math.max(0, newest))) this.#data.letGo(dataId);
    }
  }

  /**
   * Restores variables whose present value has failed or comes from a failed segment. Each gets its last value that
   * has not failed.
   */
  rollBack(hasFailed: (value: Value) => boolean): void {
    /** Whether a variable may not keep a value, given the versions before it. */
    const isWrong = (value: Value, before: readonly Version[]): boolean => {
      const assignedIn = before.at(-1)?.replacedIn;
      return hasFailed(value) || (assignedIn !== undefined && this.#failed.has(assignedIn));
    };
    for (const [variable, versions] of [...this.#histories]) {
      const current = this.#data.find(variable.dataId);
      if (variable.isDisposed || !current || !isWrong(current, versions)) continue;
      this.#histories.delete(variable);
      for (let version = versions.pop(); version; version = versions.pop()) {
        for (const undo of version.undos.toReversed()) undo();
        if (isWrong(version.value, versions)) {
          this.#data.letGo(version.dataId);
          continue;
        }
        this.#restore(variable, version.dataId);
        break;
      }
      if (versions.length > 0) this.#histories.set(variable, versions);
    }
  }

  /** Forgets everything. */
  clear(): void {
    for (const variable of [...this.#histories.keys()]) this.#forget(variable);
  }

  #restore(variable: Variable, dataId: DataId): void {
    this.#restoring = true;
    try {
      const tensor = this.#data.tensor(dataId, variable.shape, variable.dtype);
      variable.assign(tensor);
      tensor.dispose();
    } finally {
      this.#restoring = false;
    }
  }

  #forget(variable: Variable): void {
    const versions = this.#histories.get(variable) ?? [];
    this.#histories.delete(variable);
    for (const { dataId } of versions) this.#data.letGo(dataId);
  }
}
