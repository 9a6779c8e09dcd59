import { checkValue, kind } from '@unroll/backend/checks';
import type { Dataset, DatasetLike } from './dataset.ts';
import { datasetOf } from './in-memory.ts';
import { reading } from './reading.ts';
import { isStream, type Stream, stream } from './stream.ts';
import { subset } from './subset.ts';

type Predicate<T> = (element: T) => boolean | Promise<boolean>;

/**
 * The elements for which `keeps` returns true. A data set is filtered at once, with one request per element. A stream
 * is filtered while it is read.
 */
export function filter<T, S extends T>(elements: Stream<T>, keeps: (element: T) => element is S): Stream<S>;
export function filter<T, S extends T>(
  elements: DatasetLike<T>,
  keeps: (element: T) => element is S,
): Promise<Dataset<S>>;
export function filter<T>(elements: Stream<T>, keeps: Predicate<T>): Stream<T>;
export function filter<T>(elements: DatasetLike<T>, keeps: Predicate<T>): Promise<Dataset<T>>;
export function filter<T>(
  elements: DatasetLike<T> | Stream<T>,
  keeps: Predicate<T>,
): Promise<Dataset<T>> | Stream<T>;
export function filter<T>(
  elements: DatasetLike<T> | Stream<T>,
  keeps: Predicate<T>,
): Promise<Dataset<T>> | Stream<T> {
  checkValue('filter', 'keeps', keeps, kind.required(kind.func));
  return isStream(elements) ? filterStream(elements as Stream<T>, keeps) : filterDataset(elements, keeps);
}

async function filterDataset<T>(elements: DatasetLike<T>, keeps: Predicate<T>): Promise<Dataset<T>> {
  const dataset = datasetOf('filter', elements);
  const kept: number[] = [];
  for (let index = 0; index < dataset.length; index++) {
    if (await keeps(await dataset.get(index))) kept.push(index);
  }
  return subset(dataset, kept);
}

function filterStream<T>(elements: Stream<T>, keeps: Predicate<T>): Stream<T> {
  return stream((from) => {
    const source = elements.open(from);
    return reading({
      async next() {
        for (;;) {
          const result = await source.next();
          if (result.done || (await keeps(result.value))) return result;
        }
      },
      state: () => source.state(),
      close: () => source.return(),
    });
  });
}
