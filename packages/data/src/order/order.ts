import type { Reading, Stream } from '../dataset/stream.ts';
import type { Json } from '../json.ts';
import type { Pass } from './pass.ts';

/** The description of an order. */
interface Described {
  /** The name and options, which a saved state must match */
  readonly settings: { readonly order: string; readonly [option: string]: Json };
}

/**
 * The order of a data set's elements. An order has no state: its options and the pass determine it. A resume therefore
 * needs only the number of the epoch and the position in it.
 */
export interface Order extends Described {
  /**
   * The elements of a pass, in order.
   *
   * @param length number of elements
   * @param lengths the length of each element, if `needsLengths`
   * @param keep number of elements that are needed, when the epoch leaves the others out. An order by length must
   *   choose them at random; other orders may return all. Default: all.
   */
  indices(length: number, pass: Pass, lengths?: ArrayLike<number>, keep?: number): Float64Array;
  /** Whether `indices` needs lengths */
  readonly needsLengths?: boolean;
  /** The order of a pass's batches, after they were cut. Without it the order does not change. */
  arrange?(batches: number, pass: Pass): Float64Array;
  /** Number of elements of a stream that are ordered at a time. Without it the order supports data sets only. */
  readonly poolSize?: number;
}

/** The order of a stream's elements. */
export interface StreamOrder extends Described {
  /** Reads an epoch of the stream, from its beginning or from the position of an earlier reading of the same epoch. */
  read<T>(stream: Stream<T>, epoch: number, from?: Json): Reading<T>;
}
