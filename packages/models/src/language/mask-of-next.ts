import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';

/** `[N, L]`: 1 at each of the tokens after a row's first, 0 past its end */
export function maskOfNext(lengths: readonly number[], count: number): Tensor2D {
  const steps = count - 1;
  const mask = new Float32Array(lengths.length * steps);
  for (const [row, length] of lengths.entries()) mask.fill(1, row * steps, row * steps + length - 1);
  return tensor2d(mask, [lengths.length, steps]);
}
