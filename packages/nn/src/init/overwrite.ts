import { tensor as makeTensor, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';

/** Gives a parameter a new value in its place, and returns it. */
export function overwrite<V extends Variable>(tensor: V, value: () => Tensor): V {
  tidy(() => tensor.assign(value() as V));
  return tensor;
}

/** Gives each element of a parameter, in row-major order, its own number. */
export function overwriteEach<V extends Variable>(tensor: V, number: () => number): V {
  const values = new Float32Array(tensor.size);
  for (let i = 0; i < values.length; i++) values[i] = number();
  return overwrite(tensor, () => makeTensor(values, tensor.shape));
}
