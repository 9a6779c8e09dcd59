import { checkValue, kind } from '@unroll/backend/checks';
import type { Dataset, DatasetLike } from './dataset.ts';
import { datasetOf, indexed } from './in-memory.ts';
import { reading } from './reading.ts';
import { isStream, type Stream, stream } from './stream.ts';

/**
 * Applies `f` to each element on request. The results are not kept, so each request calls `f` again.
 *
 * @param f may be asynchronous; it must return the same result for the same element
 */
export function map<T, U>(elements: DatasetLike<T>, f: (element: T) => U | Promise<U>): Dataset<U>;
export function map<T, U>(elements: Stream<T>, f: (element: T) => U | Promise<U>): Stream<U>;
export function map<T, U>(
  elements: DatasetLike<T> | Stream<T>,
  f: (element: T) => U | Promise<U>,
): Dataset<U> | Stream<U>;
export function map<T, U>(
  elements: DatasetLike<T> | Stream<T>,
  f: (element: T) => U | Promise<U>,
): Dataset<U> | Stream<U> {
  checkValue('map', 'f', f, kind.required(kind.func));
  if (isStream(elements)) return mapStream(elements, f);
  const dataset = datasetOf('map', elements);
  return indexed('map', dataset.length, (index) => {
    const element = dataset.get(index);
    return element instanceof Promise ? element.then(f) : f(element);
  });
}

function mapStream<T, U>(elements: Stream<T>, f: (element: T) => U | Promise<U>): Stream<U> {
  return stream((from) => {
    const source = elements.open(from);
    return reading({
      async next() {
        const result = await source.next();
        return result.done ? result : { done: false, value: await f(result.value) };
      },
      state: () => source.state(),
      close: () => source.return(),
    });
  });
}
