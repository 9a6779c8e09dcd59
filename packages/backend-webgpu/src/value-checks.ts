import {
  type backend_util,
  type DataId,
  type TensorInfo,
  type TypedArray,
  util,
  type Variable,
} from '@tensorflow/tfjs-core';
import { DeviceLostError, OutOfMemoryError } from '@unroll/backend/errors';
import type { BufferPool } from './programs/buffer-pool.ts';
import type { Commands } from './programs/commands.ts';
import type { Slice } from './programs/dispatch.ts';
import { download } from './programs/download.ts';
import type { TensorMemory } from './tensor-memory.ts';

type Values = backend_util.BackendValues;

/** Data on the GPU to read */
interface ReadData {
  readonly slice: Slice;
  readonly dtype: 'float32' | 'int32';
}

interface Waiting {
  readonly number: number;
  readonly round: number;
  readonly data: readonly ReadData[];
  readonly check: (...values: TypedArray[]) => void;
}

/** A change of host state or of a variable's value while checks were open */
interface Change {
  /** The variable that was assigned */
  readonly of?: Variable;
  /** The number of the last check before the change */
  readonly after: number;
  readonly round: number;
  undo(): void;
  /** Releases the resources that `undo` needs. */
  forget(): void;
}

export interface ValueChecksHost {
  readonly commands: Commands;
  readonly pool: BufferPool;
  readonly memory: TensorMemory;
  /** Throws if the read values cannot be trusted. */
  checkDevice(): void;
}

/** At this number of waiting checks, they are made without waiting for a read */
const MOST_WAITING = 16;

/**
 * Checks of values that a program has computed on the GPU, mostly indices. They are made with the next read of any
 * tensor, which fails if a check fails. Variables then get back the values that they had before the wrong call, as if
 * it had thrown.
 */
export class ValueChecks {
  readonly #host: ValueChecksHost;
  #waiting: Waiting[] = [];
  #count = 0;
  /**
   * Number of refusals so far. After the program knows of a refusal, earlier checks no longer affect its further
   * changes.
   */
  #round = 0;
  #changes: Change[] = [];
  /** The checks sent last; it rejects if they fail or earlier ones do. */
  #underWay: Promise<void> | undefined;
  #isUndoing = false;
  /**
   * An error that no caller has received yet: of a check, or of a command that failed during a read by the backend
   * itself
   */
  #unheard: unknown;

  constructor(host: ValueChecksHost) {
    this.#host = host;
  }

  /** Whether there are checks whose result is not known. */
  get areOpen(): boolean {
    return this.#waiting.length > 0 || this.#underWay !== undefined;
  }

  /** Makes a check now if the values are on the host; otherwise the next read makes it. */
  check(tensors: readonly TensorInfo[], check: (...values: TypedArray[]) => void): void {
    const dataIds = tensors.map(({ dataId }) => dataId);
    const known = dataIds.map((dataId) => this.#host.memory.valuesOnHost(dataId) as TypedArray | undefined);
    if (known.every((values) => values !== undefined)) check(...known);
    else this.add(dataIds, check);
  }

  /** Adds a check to the next read; `check` throws if the values are wrong. */
  add(dataIds: readonly DataId[], check: (...values: TypedArray[]) => void): void {
    const isEmpty = (dataId: DataId) => util.sizeFromShape(this.#host.memory.data(dataId).shape) === 0;
    if (dataIds.some(isEmpty)) return;
    const data = dataIds.map((dataId) => this.#dataToRead(dataId));
    for (const { slice } of data) this.#host.pool.shareBuffer(slice.buffer);
    this.#waiting.push({ number: ++this.#count, round: this.#round, data, check });
    if (this.#waiting.length >= MOST_WAITING) void this.readUnasked([]).catch(() => {});
  }

  /** To be called before each assignment to a variable whose value is on this backend. */
  assigning(variable: Variable): void {
    if (!this.areOpen || this.#isUndoing || variable.dtype === 'complex64') return;
    const isKept = ({ of, after, round }: Change) =>
      of === variable && after === this.#count && round === this.#round;
    if (this.#changes.some(isKept)) return;
    const { restore, forget } = this.#host.memory.keepValue(variable);
    const undo = (): void => {
      if (variable.isDisposed) forget();
      else restore();
    };
    this.#changes.push({ of: variable, after: this.#count, round: this.#round, undo, forget });
  }

  /** @returns whether `undo` may be called later, because checks are open */
  onRollback(undo: () => void): boolean {
    if (!this.areOpen) return false;
    this.#changes.push({ after: this.#count, round: this.#round, undo, forget: () => {} });
    return true;
  }

  /**
   * Reads data in one go, after all commands recorded so far have run, together with the values that wait to be
   * checked.
   *
   * @throws (rejects) with the error of a check, also of a check that is under way
   */
  async read(dataIds: readonly DataId[]): Promise<Values[]> {
    try {
      return await this.readUnasked(dataIds);
    } catch (error) {
      if (this.#unheard === error) this.#unheard = undefined;
      throw error;
    }
  }

  /** Like `read`, for a caller that reports no errors: errors of checks wait for `throwUnheard`. */
  async readUnasked(dataIds: readonly DataId[]): Promise<Values[]> {
    const before = this.#underWay;
    const asked = dataIds.map((dataId) => this.#dataToRead(dataId));
    const waiting = this.#waiting.splice(0);
    const all = [...asked, ...waiting.flatMap(({ data }) => data)];
    const reading = all.length === 0 ? Promise.resolve([]) : this.#download(all);
    let verified = before;
    if (waiting.length > 0) {
      const underWay = this.#verify(waiting, reading, asked.length, before);
      const isOver = (): void => {
        if (this.#underWay === underWay) this.#underWay = undefined;
      };
      underWay.then(isOver, isOver);
      this.#underWay = underWay;
      verified = underWay;
    }
    try {
      const [values] = await Promise.all([reading, verified]);
      return values.slice(0, asked.length);
    } catch (error) {
      const isKnownElsewhere = error instanceof OutOfMemoryError || error instanceof DeviceLostError;
      if (!isKnownElsewhere) this.#unheard ??= error;
      throw error;
    }
  }

  /** Makes all open checks. */
  async settled(): Promise<void> {
    if (this.areOpen) await this.read([]);
  }

  /** @throws the error that no caller has received yet */
  throwUnheard(): void {
    const error = this.#unheard;
    this.#unheard = undefined;
    if (error !== undefined) throw error;
  }

  #dataToRead(dataId: DataId): ReadData {
    const { dtype } = this.#host.memory.data(dataId);
    return { slice: this.#host.commands.slice({ dataId }), dtype: dtype as 'int32' };
  }

  async #download(all: readonly ReadData[]): Promise<Values[]> {
    const { commands, pool, checkDevice } = this.#host;
    const slices = all.map(({ slice }) => slice);
    // Keeps the buffers until the copy is made, even if their tensors are disposed of meanwhile
    for (const { buffer } of slices) pool.shareBuffer(buffer);
    try {
      const parts = await download(slices, { commands, pool, check: checkDevice });
      return parts.map((part, i) => util.convertBackendValuesAndArrayBuffer(part, all[i]!.dtype) as Values);
    } finally {
      for (const { buffer } of slices) commands.releaseAfterwards(buffer);
    }
  }

  async #verify(
    waiting: readonly Waiting[],
    reading: Promise<Values[]>,
    first: number,
    before: Promise<void> | undefined,
  ): Promise<void> {
    let values: readonly Values[];
    try {
      values = await reading;
    } catch (error) {
      // The next read makes these checks.
      this.#waiting.unshift(...waiting);
      throw error;
    }
    const earlier = await before?.catch((error: unknown) => ({ error }));
    let next = first;
    try {
      for (const { number, round, data, check } of waiting) {
        const known = data.map(() => values[next++] as TypedArray);
        try {
          check(...known);
        } catch (error) {
          this.#undoFrom(number, round);
          this.#unheard = error;
          throw error;
        }
      }
    } finally {
      for (const { slice } of waiting.flatMap(({ data }) => data))
        this.#host.commands.releaseAfterwards(slice.buffer);
      this.#forgetUpTo(waiting.at(-1)!.number);
    }
    if (earlier) throw earlier.error;
  }

  /** Undoes the changes since a check was added, in reverse order, but only those of the check's round. */
  #undoFrom(number: number, round: number): void {
    const isWrong = (change: Change) => change.after >= number && change.round === round;
    const wrong = this.#changes.filter(isWrong);
    this.#changes = this.#changes.filter((change) => !isWrong(change));
    this.#round++;
    this.#isUndoing = true;
    try {
      for (const { undo } of wrong.toReversed()) undo();
    } finally {
      this.#isUndoing = false;
    }
  }

  /** Drops the changes up to this check, because their checks are done. */
  #forgetUpTo(number: number): void {
    for (const { forget } of this.#changes.filter(({ after }) => after <= number)) forget();
    this.#changes = this.#changes.filter(({ after }) => after > number);
  }
}
