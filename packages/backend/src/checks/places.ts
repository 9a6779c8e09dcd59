import type { TypedArray } from '@tensorflow/tfjs-core';

/**
 * Checks a kernel's indices into a tensor, in the words of TensorFlow.js's own kernels.
 *
 * @param sizes of the axes that an index has a number for each of, one after another
 * @throws where a number is none of 0 to its axis's size − 1
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
