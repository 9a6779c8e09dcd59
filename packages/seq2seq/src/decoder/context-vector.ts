import { concat, type Tensor2D, unstack } from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';
import type { Memory } from '../encoder/memory.ts';

/**
 * The last hidden state of the last layer, both directions side by side: `[N, contextSize]`.
 *
 * @throws when its size is not `contextSize`
 */
export function contextOf({ states: [hidden], directions }: Memory, contextSize: number): Tensor2D {
  const features = directions * hidden!.shape[2];
  if (features !== contextSize) {
    const fault = `is ${contextSize}; the last hidden state of the encoder's last layer has ${features} features, of all directions`;
    throw new ArgumentError('RecurrentDecoder', 'contextSize', fault);
  }
  const last = (unstack(hidden!) as Tensor2D[]).slice(-directions);
  return last.length === 1 ? last[0]! : concat(last, 1);
}
