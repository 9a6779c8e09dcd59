import { type TypedArray, util, type Variable } from '@tensorflow/tfjs-core';
import type { Slice } from './programs/commands.ts';

type Dtype = 'float32' | 'int32';

/** Values on the GPU that are to be checked */
export interface CheckedValues {
  readonly slice: Slice;
  readonly dtype: Dtype;
}

interface Waiting {
  readonly number: number;
  readonly values: readonly CheckedValues[];
  readonly check: (...values: TypedArray[]) => void;
}

/** What moved on the host, or a variable that got a value, while checks were open */
interface Change {
  /** The number of the last check before it */
  readonly after: number;
  undo(): void;
  /** Lets go of what `undo` needs. */
  forget(): void;
}

export interface ValueChecksHost {
  /** Reads parts of buffers in one go, once all that is recorded so far has run. */
  download(slices: readonly Slice[]): Promise<ArrayBuffer[]>;
  /** Keeps a buffer from reuse, or lets it go. */
  keep(buffer: GPUBuffer): void;
  letGo(buffer: GPUBuffer): void;
}

/** Checks that wait after which they are made though nobody reads */
const MOST_WAITING = 64;

/**
 * Checks of values that a program has computed on the GPU, indices for the most part. They come with the next read, whatever it reads, which
 * fails where they do. What variables were given since then is taken back, as if the call that was wrong had thrown.
 */
export class ValueChecks {
  readonly #host: ValueChecksHost;
  #waiting: Waiting[] = [];
  #count = 0;
  #changes: Change[] = [];
  /** The last checks that were sent for; it rejects where they fail, or those before them. */
  #underWay: Promise<void> | undefined;
  #isUndoing = false;
  /** The error of checks that no caller has got yet */
  #unheard: unknown;

  constructor(host: ValueChecksHost) {
    this.#host = host;
  }

  /** Whether there are checks whose outcome is not known. */
  get areOpen(): boolean {
    return this.#waiting.length > 0 || this.#underWay !== undefined;
  }

  /** Has the next read make a check; `check` throws where the values are wrong. */
  add(values: readonly CheckedValues[], check: (...values: TypedArray[]) => void): void {
    for (const { slice } of values) this.#host.keep(slice.buffer);
    this.#waiting.push({ number: ++this.#count, values, check });
    if (this.#waiting.length >= MOST_WAITING) void this.readUnasked([]).catch(() => {});
  }

  /** To be told of each assignment to a variable before it happens. `keepValue` gives what puts its value back. */
  assigning(variable: Variable, keepValue: () => { restore(): void; forget(): void }): void {
    if (!this.areOpen || this.#isUndoing) return;
    const { restore, forget } = keepValue();
    const undo = (): void => {
      if (variable.isDisposed) forget();
      else restore();
    };
    this.#changes.push({ after: this.#count, undo, forget });
  }

  /** @returns whether `undo` may be called, because checks are open */
  onRollback(undo: () => void): boolean {
    if (!this.areOpen) return false;
    this.#changes.push({ after: this.#count, undo, forget: () => {} });
    return true;
  }

  /**
   * Reads parts of buffers, and with them what waits to be checked.
   *
   * @throws (rejects) with the error of a check, also of one that is under way
   */
  async read(slices: readonly Slice[]): Promise<ArrayBuffer[]> {
    try {
      return await this.readUnasked(slices);
    } catch (error) {
      if (this.#unheard === error) this.#unheard = undefined;
      throw error;
    }
  }

  /** The same, for a caller that tells nobody of errors: those of checks wait for `throwUnheard`. */
  async readUnasked(slices: readonly Slice[]): Promise<ArrayBuffer[]> {
    const before = this.#underWay;
    const waiting = this.#waiting.splice(0);
    const checked = waiting.flatMap(({ values }) => values);
    const all = [...slices, ...checked.map(({ slice }) => slice)];
    const reading = all.length === 0 ? Promise.resolve([]) : this.#host.download(all);
    let verified = before;
    if (waiting.length > 0) {
      const underWay = this.#verify(waiting, reading, slices.length, before);
      const isOver = (): void => {
        if (this.#underWay === underWay) this.#underWay = undefined;
      };
      underWay.then(isOver, isOver);
      this.#underWay = underWay;
      verified = underWay;
    }
    const [parts] = await Promise.all([reading, verified]);
    return parts.slice(0, slices.length);
  }

  /** @throws the error of a check that no caller has got yet */
  throwUnheard(): void {
    const error = this.#unheard;
    this.#unheard = undefined;
    if (error !== undefined) throw error;
  }

  async #verify(
    waiting: readonly Waiting[],
    reading: Promise<ArrayBuffer[]>,
    first: number,
    before: Promise<void> | undefined,
  ): Promise<void> {
    let next = first;
    try {
      const parts = await reading;
      await before;
      for (const { number, values, check } of waiting) {
        const known = values.map(
          ({ dtype }) => util.convertBackendValuesAndArrayBuffer(parts[next++]!, dtype) as TypedArray,
        );
        try {
          check(...known);
        } catch (error) {
          this.#undoFrom(number);
          this.#unheard = error;
          throw error;
        }
      }
    } finally {
      for (const { slice } of waiting.flatMap(({ values }) => values)) this.#host.letGo(slice.buffer);
      this.#settle(waiting.at(-1)!.number);
    }
  }

  /** Takes back what changed since a check was made, the last first. */
  #undoFrom(number: number): void {
    const wrong = this.#changes.filter(({ after }) => after >= number);
    this.#changes = this.#changes.filter(({ after }) => after < number);
    this.#isUndoing = true;
    try {
      for (const { undo } of wrong.toReversed()) undo();
    } finally {
      this.#isUndoing = false;
    }
  }

  /** Forgets what changed while this check and those before it were open. */
  #settle(number: number): void {
    for (const { forget } of this.#changes.filter(({ after }) => after <= number)) forget();
    this.#changes = this.#changes.filter(({ after }) => after > number);
  }
}
