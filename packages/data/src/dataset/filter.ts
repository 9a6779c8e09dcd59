import { checkValue, kind } from '@unroll/backend/checks';
import type { Dataset, DatasetLike } from './dataset.ts';
import { datasetOf } from './in-memory.ts';
import { reading } from './reading.ts';
import { isStream, type Stream, stream } from './stream.ts';
import { subset } from './subset.ts';

/**
 * The elements for which `keeps` is true. Of a data set each element is asked for once, now, to know which these are; of a stream
 * as it is read.
 */
export function filter<T>(elements: Stream<T>, keeps: (element: T) => boolean): Stream<T>;
export function filter<T>(elements: DatasetLike<T>, keeps: (element: T) => boolean): Promise<Dataset<T>>;
export function filter<T>(
  elements: DatasetLike<T> | Stream<T>,
  keeps: (element: T) => boolean,
): Promise<Dataset<T>> | Stream<T> {
  checkValue('filter', 'keeps', keeps, kind.required(kind.func));
  return isStream(elements) ? filterStream(elements, keeps) : filterDataset(elements, keeps);
}

async function filterDataset<T>(
  elements: DatasetLike<T>,
  keeps: (element: T) => boolean,
): Promise<Dataset<T>> {
  const dataset = datasetOf('filter', elements);
  const kept: number[] = [];
  for (let index = 0; index < dataset.length; index++) {
    if (keeps(await dataset.get(index))) kept.push(index);
  }
  return subset(dataset, kept);
}

function filterStream<T>(elements: Stream<T>, keeps: (element: T) => boolean): Stream<T> {
  return stream((from) => {
    const source = elements.open(from);
    return reading({
      async next() {
        for (;;) {
          const result = await source.next();
          if (result.done || keeps(result.value)) return result;
        }
      },
      state: () => source.state(),
      close: () => source.return(),
    });
  });
}
