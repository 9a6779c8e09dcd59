import { eye, fill, ones, type Variable, zeros } from '@tensorflow/tfjs-core';
import { checkRank } from '@unroll/backend/checks';
import { overwrite } from './overwrite.ts';

/** Fills the tensor with `value`. */
export function constant_<V extends Variable>(tensor: V, value: number): V {
  return overwrite('constant_', tensor, () => fill(tensor.shape, value));
}

/** Fills the tensor with 1. */
export function ones_<V extends Variable>(tensor: V): V {
  return overwrite('ones_', tensor, () => ones(tensor.shape));
}

/** Fills the tensor with 0. */
export function zeros_<V extends Variable>(tensor: V): V {
  return overwrite('zeros_', tensor, () => zeros(tensor.shape));
}

/**
 * Makes a matrix the identity as far as its shape allows, so that a linear layer passes its inputs through.
 *
 * @throws where the tensor does not have two axes
 */
export function eye_<V extends Variable>(tensor: V): V {
  checkRank('eye_', 'tensor', tensor, 2);
  const [rows, columns] = tensor.shape;
  return overwrite('eye_', tensor, () => eye(rows!, columns!));
}
