import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkValue, kind } from '@unroll/backend/checks';

/**
 * Computes a tensor, reads it, and frees it with all intermediate tensors.
 *
 * @example
 * const classes = await numbersOf(() => tf.argMax(model.forward(batch.words), 1));
 *
 * @returns the tensor's numbers in row-major order
 */
export async function numbersOf(compute: () => Tensor): Promise<Float32Array | Int32Array | Uint8Array> {
  checkValue('numbersOf', 'compute', compute, kind.required(kind.func));
  // A tensor that was there before, a parameter for instance, is not this function's to free.
  const computed = tidy(() => {
    const result = compute();
    checkValue('numbersOf', 'what compute returns', result, kind.required(kind.tensor));
    return result.clone();
  });
  try {
    return await computed.data();
  } finally {
    computed.dispose();
  }
}
