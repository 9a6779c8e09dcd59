import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';

/** `[N, S]`, with S the greatest length: 1 up to each row's length, then 0. Undefined when all lengths are equal. */
export function lengthMask(lengths: readonly number[]): Tensor2D | undefined {
  const steps = Math.max(...lengths);
  if (lengths.every((length) => length === steps)) return undefined;
  const mask = new Float32Array(lengths.length * steps);
  for (const [row, length] of lengths.entries()) mask.fill(1, row * steps, row * steps + length);
  return tensor2d(mask, [lengths.length, steps]);
}
