import { dispose, type Tensor } from '@tensorflow/tfjs-core';

/** Uses tensors, and frees them. */
export async function using<Tensors extends Tensor[], Result>(
  tensors: Tensors,
  use: (...tensors: Tensors) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(...tensors);
  } finally {
    dispose(tensors);
  }
}
