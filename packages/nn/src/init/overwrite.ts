import { tensor as makeTensor, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { checkVariable } from '@unroll/backend/checks';

/**
 * Gives a parameter a new value in its place, and returns it.
 *
 * @throws where `tensor` is no variable, or is disposed
 */
export function overwrite<V extends Variable>(operation: string, tensor: V, value: () => Tensor): V {
  checkVariable(operation, 'tensor', tensor);
  tidy(() => tensor.assign(value() as V));
  return tensor;
}

/** Gives each element of a parameter, in row-major order, its own number. */
export function overwriteEach<V extends Variable>(operation: string, tensor: V, number: () => number): V {
  checkVariable(operation, 'tensor', tensor);
  const values = new Float32Array(tensor.size);
  for (let i = 0; i < values.length; i++) values[i] = number();
  return overwrite(operation, tensor, () => makeTensor(values, tensor.shape));
}
