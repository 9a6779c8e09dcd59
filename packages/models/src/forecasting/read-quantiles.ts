import type { Tensor3D } from '@tensorflow/tfjs-core';
import { readSteps } from '../read-steps.ts';

/**
 * Reads the quantiles of each row's steps, rising, and frees the tensor.
 *
 * @param quantiles `[N, H, Q]`
 * @throws where one is NaN
 */
export async function readQuantiles(operation: string, quantiles: Tensor3D): Promise<Float32Array[][]> {
  const [rows, horizon] = quantiles.shape;
  const read = await readSteps(quantiles, new Array<number>(rows).fill(horizon));
  const wrong = read.findIndex((steps) => steps.some((ofStep) => ofStep.some(Number.isNaN)));
  if (wrong >= 0) throw new Error(`${operation}: the quantiles of row ${wrong} are not finite`);
  return read.map((steps) => steps.map((ofStep) => Float32Array.from(ofStep).sort()));
}
