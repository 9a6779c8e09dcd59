/**
 * Elements by their index, as `torch.utils.data.Dataset`. One in memory is made by `inMemory`; another may read an element when it
 * is asked for.
 *
 * @see https://pytorch.org/docs/stable/data.html#map-style-datasets
 */
export interface Dataset<T> {
  readonly length: number;
  /**
   * @param index 0…length−1
   * @throws where there is no such element
   */
  get(index: number): T | Promise<T>;
}

/** A data set, or an array, which stands for one in memory. */
export type DatasetLike<T> = Dataset<T> | readonly T[];
