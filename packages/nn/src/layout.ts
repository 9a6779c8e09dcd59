import { type Rank, reshape, type Tensor, transpose } from '@tensorflow/tfjs-core';

/** `[N, T, …]` to `[T, N, …]`, or the reverse. No element moves where one of the two axes has size 1. */
export function swapBatchAndTime<R extends Rank>(input: Tensor<R>): Tensor<R> {
  const [first, second, ...rest] = input.shape as number[] as [number, number, ...number[]];
  const swapped: Tensor =
    first === 1 || second === 1
      ? reshape(input, [second, first, ...rest])
      : transpose(input as Tensor, [1, 0, ...rest.map((_, axis) => axis + 2)]);
  return swapped as Tensor<R>;
}

/** `[B, R, C]` to `[B, C, R]`. No element moves where one of the two axes has size 1. */
export function swapLastTwo(input: Tensor): Tensor {
  const [batch, rows, columns] = input.shape as [number, number, number];
  if (rows === 1 || columns === 1) return reshape(input, [batch, columns, rows]);
  return transpose(input, [0, 2, 1]);
}
