import { type Rank, reshape, type Tensor, transpose } from '@tensorflow/tfjs-core';

/** `[T, N, …]` of `[N, T, …]`, and the other way; no element moves where one of the two is 1. */
export function swapBatchAndTime<R extends Rank>(input: Tensor<R>): Tensor<R> {
  const [first, second, ...rest] = input.shape as number[] as [number, number, ...number[]];
  return first === 1 || second === 1
    ? (reshape(input as Tensor, [second, first, ...rest]) as Tensor<R>)
    : (transpose(input, [1, 0, ...rest.map((_, axis) => axis + 2)]) as Tensor<R>);
}
