import type { Json } from '../json.ts';

/**
 * Elements in the order of their source, of which only the next is available, as `torch.utils.data.IterableDataset`:
 * for example the lines of a file that is larger than memory. A stream can be read repeatedly. `toArray` reads it into
 * memory.
 *
 * @see https://pytorch.org/docs/stable/data.html#iterable-style-datasets
 */
export interface Stream<T> extends AsyncIterable<T> {
  /**
   * Reads from the beginning, or continues from the position of an earlier reading.
   *
   * @param from the result of that reading's `state()`, also after a round trip through JSON
   */
  open(from?: Json): Reading<T>;
}

/** One reading of a stream. Call `return` to end it early; `break` in a loop does so. */
export interface Reading<T> extends AsyncIterableIterator<T, undefined> {
  /** The position after the last yielded element, as plain JSON. `open` continues from it with the next element. */
  state(): Json;
  next(): Promise<IteratorResult<T, undefined>>;
  return(): Promise<IteratorResult<T, undefined>>;
}

/** @param open starts a reading, from the beginning or from a state */
export function stream<T>(open: (from: Json | undefined) => Reading<T>): Stream<T> {
  return { open, [Symbol.asyncIterator]: () => open(undefined) };
}

export const isStream = (value: unknown): value is Stream<unknown> =>
  typeof (value as Partial<Stream<unknown>> | null | undefined)?.open === 'function';
