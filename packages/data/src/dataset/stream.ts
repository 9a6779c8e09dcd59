import type { Json } from '../json.ts';

/**
 * Elements in an order that the source has, of which only the next is at hand, as `torch.utils.data.IterableDataset`: the lines of
 * a file that is larger than memory. It may be read again and again. `toArray` takes it into memory.
 *
 * @see https://pytorch.org/docs/stable/data.html#iterable-style-datasets
 */
export interface Stream<T> extends AsyncIterable<T> {
  /**
   * Reads from the beginning, or goes on from where an earlier reading stood.
   *
   * @param from what that reading's `state()` said, also as it comes out of JSON
   */
  open(from?: Json): Reading<T>;
}

/** One reading of a stream. To end it early, `return` it, which `break` does in a loop. */
export interface Reading<T> extends AsyncIterableIterator<T, undefined> {
  /** Where the reading stands, after the last element it gave: plain JSON, from which `open` goes on with the next. */
  state(): Json;
  next(): Promise<IteratorResult<T, undefined>>;
  return(): Promise<IteratorResult<T, undefined>>;
}

/** @param open what reads, from the beginning or from a state */
export function stream<T>(open: (from: Json | undefined) => Reading<T>): Stream<T> {
  return { open, [Symbol.asyncIterator]: () => open(undefined) };
}

export const isStream = (value: unknown): value is Stream<unknown> =>
  typeof (value as Partial<Stream<unknown>> | null | undefined)?.open === 'function';
