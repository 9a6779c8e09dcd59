import type { Reading, Stream } from '../dataset/stream.ts';
import type { Json } from '../json.ts';
import type { Pass } from './pass.ts';

/** What every order says of itself. */
interface Described {
  /** Name and options, which a saved state has to agree with */
  readonly settings: { readonly order: string; readonly [option: string]: Json };
}

/**
 * In which order a data set's elements come. An order has no state: what it gives is decided by its options and the pass, so that
 * the number of the epoch and the place in it are all that a resume needs.
 */
export interface Order extends Described {
  /**
   * The elements of a pass, first to last.
   *
   * @param length how many elements there are
   * @param lengths each element's length, where `needsLengths`
   * @param keep how many elements are wanted, where the rest would be left out of the epoch; an order by length has to let chance
   *   decide which, others may give all. Default all.
   */
  indices(length: number, pass: Pass, lengths?: ArrayLike<number>, keep?: number): Float64Array;
  /** Whether `indices` looks at lengths */
  readonly needsLengths?: boolean;
  /** In which order the batches of a pass come, once they are cut; absent: as they were cut. */
  arrange?(batches: number, pass: Pass): Float64Array;
  /** Elements of a stream that are ordered at a time; absent: the order is for data sets alone. */
  readonly poolSize?: number;
}

/** In which order a stream's elements come. */
export interface StreamOrder extends Described {
  /** Reads an epoch of the stream, from its beginning or from where a reading of the same epoch stood. */
  read<T>(stream: Stream<T>, epoch: number, from?: Json): Reading<T>;
}
