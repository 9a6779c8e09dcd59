import { concat, type Tensor2D, unstack } from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';
import type { Memory } from '../encoder/memory.ts';

/**
 * The last hidden state of the last layer, both directions side by side: `[N, contextSize]`.
 *
 * @throws where the states have no such features
 */
export function contextOf({ states }: Memory, contextSize: number): Tensor2D {
  const [hidden] = states;
  const [layers, , features] = hidden!.shape;
  const directions = contextSize / features;
  if (!(Number.isInteger(directions) && directions <= layers)) {
    const fault = `is ${contextSize}; the encoder's last hidden states have ${features} features a direction`;
    throw new ArgumentError('RecurrentDecoder', 'contextSize', fault);
  }
  const last = (unstack(hidden!) as Tensor2D[]).slice(-directions);
  return last.length === 1 ? last[0]! : concat(last, 1);
}
