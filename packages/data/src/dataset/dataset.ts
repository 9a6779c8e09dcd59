/**
 * Elements by their index, as `torch.utils.data.Dataset`. An array is one; another may read an element when it is asked for.
 *
 * @see https://pytorch.org/docs/stable/data.html#map-style-datasets
 */
export interface Dataset<T> {
  readonly length: number;
  /** @param index 0…length−1 */
  at(index: number): T | Promise<T>;
}
