import { shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { isList } from '../is-list.ts';

/** Steps in order: numbers, or rows of numbers. */
export type Series =
  | readonly unknown[]
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** Throws unless a series is an array or a typed array. */
export function checkSeries(owner: string, series: unknown): asserts series is Series {
  if (!isList(series)) {
    throw new ArgumentError(
      owner,
      'series',
      `is ${shown(series)}; expected an array or a typed array (toArray makes one of a data set)`,
    );
  }
}

/** Steps of a series from `start`: a view of a typed array, a copy of an array. */
export const stepsFrom = <S extends Series>(series: S, start: number, length: number): S =>
  (Array.isArray(series)
    ? series.slice(start, start + length)
    : (series as Float32Array).subarray(start, start + length)) as Series as S;
