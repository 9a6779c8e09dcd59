import { tensor as makeTensor, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { checkVariable } from '@unroll/backend/checks';

/**
 * Assigns a new value to a parameter, and returns the parameter.
 *
 * @throws if `tensor` is not a variable, or is disposed
 */
export function overwrite<V extends Variable>(operation: string, tensor: V, value: () => Tensor): V {
  checkVariable(operation, 'tensor', tensor);
  tidy(() => tensor.assign(value() as V));
  return tensor;
}

/** Assigns a number to each element of a parameter, in row-major order. */
export function overwriteEach<V extends Variable>(operation: string, tensor: V, number: () => number): V {
  checkVariable(operation, 'tensor', tensor);
  const values = new Float32Array(tensor.size);
  for (let i = 0; i < values.length; i++) values[i] = number();
  return overwrite(operation, tensor, () => makeTensor(values, tensor.shape));
}
