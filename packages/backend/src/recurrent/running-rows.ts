import { greater, range, reshape, type Tensor1D, type Tensor2D, unstack } from '@tensorflow/tfjs-core';

/** For each step, the rows that have not ended there: `steps` bool tensors `[N, 1]`. */
export function runningRows(lengths: Tensor1D, steps: number): Tensor2D[] {
  const rows = lengths.shape[0];
  const step = reshape(range(0, steps, 1, 'int32'), [steps, 1, 1]);
  return unstack(greater(reshape(lengths, [1, rows, 1]), step)) as Tensor2D[];
}
