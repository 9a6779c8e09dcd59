import type { DatasetLike } from './dataset.ts';
import { datasetOf } from './in-memory.ts';
import { isStream, type Stream } from './stream.ts';

/** Reads all elements into memory. The elements of a data set are requested one after another. */
export async function toArray<T>(elements: DatasetLike<T> | Stream<T>): Promise<T[]> {
  const all: T[] = [];
  if (isStream(elements)) {
    for await (const element of elements as Stream<T>) all.push(element);
    return all;
  }
  const dataset = datasetOf('toArray', elements);
  for (let index = 0; index < dataset.length; index++) all.push(await dataset.get(index));
  return all;
}
