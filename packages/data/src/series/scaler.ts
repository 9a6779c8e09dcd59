import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError, FormatError } from '@unroll/backend/errors';
import type { Dataset } from '../dataset/dataset.ts';
import { isDataset } from '../dataset/in-memory.ts';
import { toArray } from '../dataset/to-array.ts';
import { type EitherIterable, visitEach } from '../either-iterable.ts';
import { isList } from '../is-list.ts';
import type { Json } from '../json.ts';
import { fromFile, jsonFields } from '../json-fields.ts';
import { type ColumnStatistics, checkWidth, StatisticsByColumn, type Step } from './column-statistics.ts';

/** The scaling of a column: (x − shift) / scale. */
interface ColumnScale {
  readonly shift: number;
  readonly scale: number;
}

/**
 * Scales each column of a series, and back. Missing values (NaN) stay missing. `standardScaler` and `minMaxScaler` make
 * a scaler.
 */
export class Scaler {
  readonly #columns: readonly ColumnScale[];

  /** @param columns the shift and scale of each column */
  constructor(columns: readonly ColumnScale[]) {
    checkValue(
      'Scaler',
      'columns',
      columns,
      kind.required(kind.listOf(kind.record, 'an array of { shift, scale }')),
    );
    for (const [column, { shift, scale }] of columns.entries()) {
      if (Number.isFinite(shift) && Number.isFinite(scale) && scale !== 0) continue;
      throw new ArgumentError(
        'Scaler',
        'columns',
        `has the shift ${shift} and the scale ${scale} in column ${column}; expected finite numbers, the scale not 0`,
      );
    }
    this.#columns = columns.map(({ shift, scale }) => ({ shift, scale }));
  }

  /**
   * Makes a scaler from the result of `toJSON`.
   *
   * @throws FormatError when the JSON is invalid
   */
  static fromJSON(json: unknown): Scaler {
    const isNumbers = kind.required(kind.listOf(kind.finite, 'an array of finite numbers'));
    const { shift, scale } = jsonFields<{ shift: number[]; scale: number[] }>('Scaler.fromJSON', json, {
      shift: isNumbers,
      scale: isNumbers,
    });
    if (shift.length !== scale.length) {
      throw new FormatError(
        `Scaler.fromJSON: there are ${shift.length} shifts and ${scale.length} scales; expected as many`,
      );
    }
    return fromFile(
      'Scaler.fromJSON',
      () => new Scaler(shift.map((each, column) => ({ shift: each, scale: scale[column]! }))),
    );
  }

  /** Number of columns */
  get width(): number {
    return this.#columns.length;
  }

  /** @returns the scaled steps: numbers for numbers, rows for rows */
  transform(steps: ArrayLike<number>): Float32Array;
  transform(steps: readonly ArrayLike<number>[]): Float32Array[];
  transform(steps: ArrayLike<Step>): Float32Array | Float32Array[] {
    const scaled = this.#each(
      'Scaler.transform',
      steps,
      (value, { shift, scale }) => (value - shift) / scale,
    );
    return scaled instanceof Float64Array
      ? Float32Array.from(scaled)
      : scaled.map((row) => Float32Array.from(row));
  }

  /** The inverse of `transform`, for example to convert forecasts to the series' own unit. */
  inverseTransform(steps: ArrayLike<number>): Float64Array;
  inverseTransform(steps: readonly ArrayLike<number>[]): Float64Array[];
  inverseTransform(steps: ArrayLike<Step>): Float64Array | Float64Array[] {
    return this.#each('Scaler.inverseTransform', steps, (value, { shift, scale }) => value * scale + shift);
  }

  toJSON(): Json {
    return {
      shift: this.#columns.map(({ shift }) => shift),
      scale: this.#columns.map(({ scale }) => scale),
    };
  }

  #each(
    owner: string,
    steps: ArrayLike<Step>,
    of: (value: number, column: ColumnScale) => number,
  ): Float64Array | Float64Array[] {
    checkValue(owner, 'steps', steps, kind.required(isSteps));
    const row = (step: ArrayLike<number>, index: number) => {
      checkWidth(owner, step, this.width, index);
      return Float64Array.from(step, (value, column) => of(value, this.#columns[column]!));
    };
    if (typeof steps[0] === 'object') return Array.from(steps as ArrayLike<ArrayLike<number>>, row);
    return Float64Array.from(steps as ArrayLike<number>, (value, index) => row([value], index)[0]!);
  }
}

/**
 * Scales columns to mean 0 and variance 1, as `sklearn.preprocessing.StandardScaler`. A constant column is only shifted
 * to 0.
 *
 * @param steps numbers or rows of the training part alone; for a stream or a data set, the result is a promise
 * @throws when there is no step, or a column has no value
 *
 * @example
 * const scaler = standardScaler(train);
 * const forecast = scaler.inverseTransform(await model(scaler.transform(lastDays)));
 *
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.StandardScaler.html
 */
export function standardScaler(steps: Iterable<Step>): Scaler;
export function standardScaler(steps: AsyncIterable<Step> | Dataset<Step>): Promise<Scaler>;
export function standardScaler(steps: EitherIterable<Step> | Dataset<Step>): Scaler | Promise<Scaler> {
  return fitted('standardScaler', steps, ({ mean, variance }) => ({
    shift: mean,
    scale: Math.sqrt(variance) || 1,
  }));
}

export interface MinMaxScalerOptions {
  /** The results for the least and the greatest value. Default `[0, 1]`. */
  featureRange?: readonly [number, number] | undefined;
}

const isSteps = {
  expected: 'numbers, or rows of them',
  fits: isList,
};

const minMaxKinds = { featureRange: kind.listOf(kind.finite, 'two finite numbers') };

/**
 * Scales columns to a range, as `sklearn.preprocessing.MinMaxScaler`. A constant column becomes the lower end.
 *
 * @param steps numbers or rows of the training part alone; for a stream or a data set, the result is a promise
 * @throws when there is no step, a column has no value, or the range is invalid
 *
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.preprocessing.MinMaxScaler.html
 */
export function minMaxScaler(steps: Iterable<Step>, options?: MinMaxScalerOptions): Scaler;
export function minMaxScaler(steps: AsyncIterable<Step>, options?: MinMaxScalerOptions): Promise<Scaler>;
export function minMaxScaler(
  steps: EitherIterable<Step> | Dataset<Step>,
  options: MinMaxScalerOptions = {},
): Scaler | Promise<Scaler> {
  const { featureRange = [0, 1] } = checkOptions('minMaxScaler', options, minMaxKinds);
  const [low, high] = featureRange;
  if (featureRange.length !== 2 || !(low < high)) {
    throw new ArgumentError(
      'minMaxScaler',
      'featureRange',
      `is [${featureRange.join(', ')}]; expected two numbers, the lower first`,
    );
  }
  return fitted('minMaxScaler', steps, ({ min, max }) => {
    const scale = (max - min || 1) / (high - low);
    return { shift: min - low * scale, scale };
  });
}

function fitted(
  owner: string,
  steps: EitherIterable<Step> | Dataset<Step>,
  scaleOf: (column: ColumnStatistics) => ColumnScale,
): Scaler | Promise<Scaler> {
  if (isDataset<Step>(steps)) return toArray(steps).then((all) => fitted(owner, all, scaleOf));
  const statistics = new StatisticsByColumn(owner);
  return visitEach(
    owner,
    'steps',
    steps,
    (step) => statistics.add(step),
    () => new Scaler(statistics.columns().map(scaleOf)),
  );
}
