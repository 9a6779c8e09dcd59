import type { Tensor, TypedArray } from '@tensorflow/tfjs-core';

/**
 * Reads the numbers of each row's steps, and frees the tensor.
 *
 * @param tensor `[N, S]` or `[N, S, K]`
 * @param counts number of steps of each row; later ones are left out
 * @returns row by row, step by step, `[1]` or `[K]` each
 */
export async function readSteps(tensor: Tensor, counts: readonly number[]): Promise<TypedArray[][]> {
  const [, steps, size = 1] = tensor.shape as [number, number, number?];
  try {
    const numbers = await tensor.data();
    return counts.map((count, row) =>
      Array.from({ length: count }, (_, step) => {
        const start = (row * steps + step) * size;
        return numbers.slice(start, start + size);
      }),
    );
  } finally {
    tensor.dispose();
  }
}
