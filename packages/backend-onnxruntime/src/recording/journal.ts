import { engine, type Tensor, type TensorInfo, type Variable } from '@tensorflow/tfjs-core';
import type { Value } from './value.ts';

type DataId = TensorInfo['dataId'];

/** What a variable was before an assignment whose value has yet to be computed. */
interface Version {
  readonly dataId: DataId;
  readonly value: Value;
  /** Take back what moved on the host with the assignments that came after it. */
  readonly undos: (() => void)[];
}

/** What the journal needs of the backend that keeps the data. */
export interface JournalledData {
  /** The data's value; undefined where another backend has it. */
  valueOf(dataId: DataId): Value | undefined;
  incRef(dataId: DataId): void;
  /** Lets go of a reference that `incRef` took. */
  release(dataId: DataId): void;
  /** The segment that is being recorded */
  currentSegment(): number;
}

/**
 * Makes a step a transaction though it is computed later: it keeps the values that variables had before assignments which
 * have yet to be computed, and gives them back where that fails.
 */
export class Journal {
  readonly #data: JournalledData;
  /** Versions by variable, the oldest first */
  readonly #histories = new Map<Variable, Version[]>();
  /** Whose a pending value is */
  readonly #variableOf = new WeakMap<Value, Variable>();
  /** The value that the last assignment replaces */
  #replaced: Value | undefined;
  #restoring = false;

  constructor(data: JournalledData) {
    this.#data = data;
  }

  /** Notes that a variable is about to be assigned. */
  assigning(variable: Variable, next: Tensor): void {
    const before = this.#data.valueOf(variable.dataId);
    const after = this.#data.valueOf(next.dataId);
    this.#replaced = before;
    if (!before || this.#restoring) return;
    if (!after || after.isComputed) {
      this.#forget(variable);
      return;
    }
    this.#variableOf.set(after, variable);
    // Within a segment all is computed or nothing: there is nothing to go back to.
    if (before.source?.segment === this.#data.currentSegment()) return;
    this.#data.incRef(variable.dataId);
    const versions = this.#histories.get(variable) ?? [];
    versions.push({ dataId: variable.dataId, value: before, undos: [] });
    this.#histories.set(variable, versions);
  }

  /** A pending value is let go: unless another takes its place, its variable is disposed of. */
  gone(value: Value): void {
    const variable = this.#variableOf.get(value);
    if (variable && value !== this.#replaced) this.#forget(variable);
  }

  onRollback(variable: Variable, undo: () => void): void {
    this.#histories.get(variable)?.at(-1)?.undos.push(undo);
  }

  /** The values of variables, now and in between, that have yet to be computed. */
  *pending(): Generator<Value> {
    for (const [variable, versions] of this.#histories) {
      for (const { value } of versions) if (!value.isComputed) yield value;
      const current = this.#data.valueOf(variable.dataId);
      if (current && !current.isComputed) yield current;
    }
  }

  /** Forgets what no rollback will go back to, after a run. */
  settle(): void {
    for (const [variable, versions] of this.#histories) {
      const current = this.#data.valueOf(variable.dataId);
      if (variable.isDisposed || !current || current.isComputed) {
        this.#forget(variable);
        continue;
      }
      const newest = versions.findLastIndex(({ value }) => value.isComputed);
      for (const { dataId } of versions.splice(0, Math.max(0, newest))) this.#data.release(dataId);
    }
  }

  /** Gives the variables whose values have failed the last ones that have not. */
  rollBack(hasFailed: (value: Value) => boolean): void {
    for (const [variable, versions] of [...this.#histories]) {
      const current = this.#data.valueOf(variable.dataId);
      if (variable.isDisposed || !current || !hasFailed(current)) continue;
      this.#histories.delete(variable);
      for (let version = versions.pop(); version; version = versions.pop()) {
        for (const undo of version.undos.toReversed()) undo();
        if (hasFailed(version.value)) {
          this.#data.release(version.dataId);
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
      const tensor = engine().makeTensorFromDataId(dataId, variable.shape, variable.dtype);
      variable.assign(tensor);
      tensor.dispose();
    } finally {
      this.#restoring = false;
    }
  }

  #forget(variable: Variable): void {
    const versions = this.#histories.get(variable) ?? [];
    this.#histories.delete(variable);
    for (const { dataId } of versions) this.#data.release(dataId);
  }
}
