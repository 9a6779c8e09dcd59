import type { Dataset, DatasetLike } from '../dataset/dataset.ts';
import { filter } from '../dataset/filter.ts';
import { datasetOf } from '../dataset/in-memory.ts';
import { isStream, type Stream } from '../dataset/stream.ts';
import { subset } from '../dataset/subset.ts';

/** The parts of a stream. Each part reads the whole stream, and yields its own elements. */
export type StreamParts<T, Part extends string> = Record<Part, Stream<T>>;

export type DatasetParts<T, Part extends string> = Record<Part, Dataset<T>>;

/**
 * Assigns each element to the part that a function returns. A data set is split at once, with one request per element.
 * A stream is split while it is read.
 */
export function splitByPart<T, Part extends string>(
  owner: string,
  elements: DatasetLike<T> | Stream<T>,
  parts: readonly Part[],
  partOf: (element: T) => Part,
): Promise<DatasetParts<T, Part>> | StreamParts<T, Part> {
  if (!isStream(elements)) return splitDataset(owner, elements, parts, partOf);
  const streams = parts.map((part) => [
    part,
    filter(elements as Stream<T>, (element) => partOf(element) === part),
  ]);
  return Object.fromEntries(streams) as StreamParts<T, Part>;
}

async function splitDataset<T, Part extends string>(
  owner: string,
  elements: DatasetLike<T>,
  parts: readonly Part[],
  partOf: (element: T) => Part,
): Promise<DatasetParts<T, Part>> {
  const dataset = datasetOf(owner, elements);
  const indices = new Map(parts.map((part): [Part, number[]] => [part, []]));
  for (let index = 0; index < dataset.length; index++) {
    indices.get(partOf(await dataset.get(index)))!.push(index);
  }
  const split = parts.map((part) => [part, subset(dataset, indices.get(part)!)]);
  return Object.fromEntries(split) as DatasetParts<T, Part>;
}
