import type { TypedArray } from '@tensorflow/tfjs-core';

/**
 * Checks a kernel's indices into a tensor. The error has the wording of TensorFlow.js's own kernels.
 *
 * @param values index tuples, one number per indexed axis
 * @param sizes the sizes of the indexed axes, in the order of the numbers of a tuple
 * @throws if a number is outside 0 to its axis's size − 1
 */
export function checkPlaces(
  kernel: string,
  input: string,
  values: TypedArray,
  sizes: readonly number[],
): void {
  const wrong = values.findIndex((index, i) => !(index >= 0 && index < sizes[i % sizes.length]!));
  if (wrong < 0) return;
  const largest = sizes[wrong % sizes.length]! - 1;
  throw new Error(
    `${kernel}: the index value ${values[wrong]} is not in [0, ${largest}] (${input}[${wrong}])`,
  );
}
