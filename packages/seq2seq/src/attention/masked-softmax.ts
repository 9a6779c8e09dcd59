import {
  add,
  expandDims,
  log,
  softmax,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';

/**
 * Turns a mask `[N, S]` into a bias `[N, 1, S]`: 1 becomes 0, and 0 becomes −∞. Softmax turns −∞ into a weight of
 * exactly 0.
 */
export function maskBias(mask: Tensor2D | undefined): Tensor3D | undefined {
  return mask && (expandDims(log(mask), 1) as Tensor3D);
}

/** Softmax over the last axis. The result is 0 wherever the bias is −∞. */
export function maskedSoftmax<T extends Tensor>(scores: T, bias: Tensor | undefined): T {
  return softmax(bias ? add(scores, bias) : scores) as T;
}
