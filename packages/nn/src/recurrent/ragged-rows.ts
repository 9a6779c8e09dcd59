import {
  add,
  gather,
  greater,
  mul,
  range,
  reshape,
  scalar,
  sub,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { stepsOf } from '@unroll/backend/operations';

/** For each step, the rows that have not ended before it: `steps` bool tensors `[N, 1]`. */
export function runningRows(lengths: Tensor1D, steps: number): Tensor2D[] {
  const step = reshape(range(0, steps, 1, 'int32'), [steps, 1, 1]);
  return stepsOf(greater(reshape(lengths, [1, lengths.size, 1]), step) as Tensor3D);
}

/** The first step `[N, F]` of each row in reverse, from `[T, N, F]`: the last step before the row's end. */
export function firstInReverse(x: Tensor3D, lengths: Tensor1D): Tensor2D {
  const [steps, rows, features] = x.shape;
  const last = sub(lengths, scalar(1, 'int32'));
  const places = add(mul(last, scalar(rows, 'int32')), range(0, rows, 1, 'int32'));
  return gather(reshape(x, [steps * rows, features]) as Tensor2D, places as Tensor1D);
}
