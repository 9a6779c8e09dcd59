import { concat, fill, gather, type Tensor, tensor1d } from '@tensorflow/tfjs-core';

/**
 * The rows of a matrix at `places`, `[places, C]`, with a row of padding for each −1. Its gradient adds up, for each
 * row, the gradients of its places.
 */
export function gatherRows(x: Tensor, places: Int32Array, padding: number): Tensor {
  const [rows, columns] = x.shape as [number, number];
  const source = places.includes(-1) ? concat([x, fill([1, columns], padding)]) : x;
  const indices = places.map((place) => (place < 0 ? rows : place));
  return gather(source, tensor1d(indices, 'int32'));
}
