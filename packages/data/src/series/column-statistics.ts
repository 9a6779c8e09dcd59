import { shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { isList } from '../is-list.ts';

/** A step of a series: one number, or a row of numbers. */
export type Step = number | ArrayLike<number>;

/** The statistics of a column. Missing values (NaN) do not count. */
export interface ColumnStatistics {
  readonly count: number;
  readonly mean: number;
  /** The population variance */
  readonly variance: number;
  readonly min: number;
  readonly max: number;
}

interface Sums {
  count: number;
  mean: number;
  /** Sum of squared distances from the mean */
  squares: number;
  min: number;
  max: number;
}

/** Computes statistics of each column, step by step, by Welford's method: Technometrics 4 (1962), 419–420. */
export class StatisticsByColumn {
  readonly #owner: string;
  #columns: Sums[] | undefined;
  #steps = 0;

  /** @param owner the function that errors name */
  constructor(owner: string) {
    this.#owner = owner;
  }

  add(step: Step): void {
    if (typeof step !== 'number' && !isList(step)) {
      throw new ArgumentError(this.#owner, 'steps', undefined, {
        sentence: `step ${this.#steps} is ${shown(step)}; expected a number, or a row of them`,
      });
    }
    const values = typeof step === 'number' ? [step] : step;
    this.#columns ??= Array.from(values, () => ({
      count: 0,
      mean: 0,
      squares: 0,
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
    }));
    checkWidth(this.#owner, values, this.#columns.length, this.#steps++);
    for (const [place, column] of this.#columns.entries()) {
      const value = values[place]!;
      if (Number.isNaN(value)) continue;
      column.count++;
      const distance = value - column.mean;
      column.mean += distance / column.count;
      column.squares += distance * (value - column.mean);
      column.min = Math.min(column.min, value);
      column.max = Math.max(column.max, value);
    }
  }

  /** @throws when there was no step, or a column has no value */
  columns(): readonly ColumnStatistics[] {
    if (!this.#columns) throw new ArgumentError(this.#owner, 'steps', 'are none; expected at least one');
    const empty = this.#columns.findIndex(({ count }) => count === 0);
    if (empty >= 0) {
      throw new ArgumentError(this.#owner, 'steps', `have no value in column ${empty}: all are missing`);
    }
    return this.#columns.map(({ squares, ...rest }) => ({ ...rest, variance: squares / rest.count }));
  }
}

/** @throws when a step has another width, or a value is infinite or not a number */
export function checkWidth(owner: string, values: ArrayLike<number>, width: number, step: number): void {
  if (values.length !== width) {
    throw new ArgumentError(owner, 'steps', undefined, {
      sentence: `step ${step} has ${values.length} columns; expected ${width}`,
    });
  }
  for (let column = 0; column < width; column++) {
    const value = values[column];
    if (typeof value === 'number' && Math.abs(value) !== Number.POSITIVE_INFINITY) continue;
    throw new ArgumentError(owner, 'steps', undefined, {
      sentence: `column ${column} of step ${step} is ${shown(value)}; expected a finite number, or NaN where it is missing`,
    });
  }
}
