import {
  add,
  expandDims,
  log,
  softmax,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';

/** `[N, 1, S]` of a mask `[N, S]`: 0 for 1, and −∞ for 0, which a softmax makes a weight of exactly 0. */
export function maskBias(mask: Tensor2D | undefined): Tensor3D | undefined {
  return mask && (expandDims(log(mask), 1) as Tensor3D);
}

/** Softmax over the last axis, which is 0 where the bias is −∞. */
export function maskedSoftmax<T extends Tensor>(scores: T, bias: Tensor | undefined): T {
  return softmax(bias ? add(scores, bias) : scores) as T;
}
