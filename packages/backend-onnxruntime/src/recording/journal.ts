import type { Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core';
import type { Value } from './recorded.ts';
import type { Segmenter } from './segmenter.ts';
import type { TensorData } from './tensor-data.ts';

type DataId = TensorInfo['dataId'];

/** What a variable was before an assignment whose value has yet to be computed. */
interface Version {
  readonly dataId: DataId;
  readonly value: Value;
  /** The segment whose assignment took its place */
  readonly replacedIn: number;
  /** Each takes back what moved on the host with an assignment that came after this version. */
  readonly undos: (() => void)[];
}

/**
 * Makes a step a transaction though it is computed later: it keeps the values that variables had before assignments which
 * have yet to be computed, and gives them back where that fails.
 */
export class Journal {
  readonly #data: TensorData;
  readonly #segments: Segmenter;
  /** Versions by variable, the oldest first */
  readonly #histories = new Map<Variable, Version[]>();
  /** The variable that has a pending value */
  readonly #variableOf = new WeakMap<Value, Variable>();
  /** The value that the last assignment replaces */
  #replaced: Value | undefined;
  /** Segments whose assignments are not to stand, though some of their values may be there */
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
    // Within a segment all is computed or nothing: the first version is enough.
    if (versions.length > 0 && before.source?.segment === this.#segments.current) return;
    this.#data.incRef(variable.dataId);
    const replacedIn = this.#segments.current;
    versions.push({ dataId: variable.dataId, value: before, replacedIn, undos: [] });
    this.#histories.set(variable, versions);
  }

  /** A pending value is let go: unless another takes its place, its variable is disposed of. */
  gone(value: Value): void {
    const variable = this.#variableOf.get(value);
    if (variable && value !== this.#replaced) this.#forget(variable);
  }

  /** @returns whether there is a version to go back to */
  onRollback(variable: Variable, undo: () => void): boolean {
    return (this.#histories.get(variable)?.at(-1)?.undos.push(undo) ?? 0) > 0;
  }

  /** Variables' values of now that have yet to be computed. */
  *current(): Generator<Value> {
    for (const { dataId } of this.#histories.keys()) {
      const value = this.#data.find(dataId);
      if (value && !value.isComputed) yield value;
    }
  }

  /** Variables' earlier values that have yet to be computed. A rollback may go back to them. */
  *former(): Generator<Value> {
    for (const versions of this.#histories.values()) {
      for (const { value } of versions) if (!value.isComputed) yield value;
    }
  }

  /** Says that the assignments of a segment are not to stand. */
  fail(segment: number): void {
    this.#failed.add(segment);
  }

  /** Takes that back, as the segment is tried again or its assignments have been taken back. */
  forgive(segment: number): void {
    this.#failed.delete(segment);
  }

  hasFailed(segment: number): boolean {
    return this.#failed.has(segment);
  }

  /** Forgets what no rollback will go back to, after a segment has been run. */
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

  /** Gives the variables whose values have failed, or are of a segment that has, the last ones that have not. */
  rollBack(hasFailed: (value: Value) => boolean): void {
    /** Whether a value may not stay what the variable is, given the versions before it. */
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
