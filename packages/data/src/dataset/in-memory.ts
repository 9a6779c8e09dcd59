import { checkValue, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Dataset, DatasetLike } from './dataset.ts';
import { isStream } from './stream.ts';

/** Makes a data set from an array, which is not copied. Functions that take a data set also accept the array itself. */
export function inMemory<T>(elements: readonly T[]): Dataset<T> {
  checkValue('inMemory', 'elements', elements, kind.required(kind.listOf(kind.anything, 'an array')));
  return indexed('inMemory', elements.length, (index) => elements[index] as T);
}

/** Makes a data set from a function of the index. The function is called with valid indices only. */
export function indexed<T>(
  owner: string,
  length: number,
  element: (index: number) => T | Promise<T>,
): Dataset<T> {
  return {
    length,
    get(index) {
      if (Number.isInteger(index) && index >= 0 && index < length) return element(index);
      throw new ArgumentError(
        `${owner}.get`,
        'index',
        `is ${shown(index)}; expected a whole number in 0…${length - 1}, as the data set has ${length} elements`,
      );
    },
  };
}

/** @throws when the argument is neither an array nor a data set */
export function datasetOf<T>(owner: string, data: DatasetLike<T>, argument = 'dataset'): Dataset<T> {
  if (Array.isArray(data)) return inMemory(data);
  if (isDataset<T>(data)) return data;
  const stream = isStream(data)
    ? 'a stream, whose elements have no index'
    : Symbol.iterator in Object(data) || Symbol.asyncIterator in Object(data)
      ? 'iterated, and has no index (streamOf(() => …) makes a stream of it)'
      : shown(data);
  throw new ArgumentError(owner, argument, `is ${stream}; expected an array or a data set`);
}

/** Whether a value is a data set and not an array. */
export const isDataset = <T>(value: unknown): value is Dataset<T> =>
  typeof (value as Partial<Dataset<T>> | null | undefined)?.get === 'function' &&
  typeof (value as Partial<Dataset<T>>).length === 'number';
