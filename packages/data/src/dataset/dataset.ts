/**
 * Elements by their index, as `torch.utils.data.Dataset`. `inMemory` makes one from an array. Other data sets may read
 * an element on request.
 *
 * @see https://pytorch.org/docs/stable/data.html#map-style-datasets
 */
export interface Dataset<T> {
  readonly length: number;
  /**
   * @param index 0…length−1
   * @throws when there is no such element
   */
  get(index: number): T | Promise<T>;
}

/** A data set, or an array, which counts as a data set in memory. */
export type DatasetLike<T> = Dataset<T> | readonly T[];
