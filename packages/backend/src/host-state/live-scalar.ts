import { Fill, type FillAttrs, type Scalar } from '@tensorflow/tfjs-core';
import { callKernel } from '../engine/differentiable.ts';
import { liveAttrs } from './replay.ts';

/**
 * A number of the host as a float32 scalar, for plain operations: computed now, and again at each replay of a captured function,
 * where `tf.scalar(number)` would be what it was at the capture.
 *
 * @param compute as that of `liveAttrs`: it moves nothing on
 *
 * @example
 * const next = tf.sub(param, tf.mul(liveScalar(() => group.lr), gradient));
 */
export function liveScalar(compute: () => number): Scalar {
  const attrs = liveAttrs<FillAttrs>(() => ({ shape: [], value: compute(), dtype: 'float32' }));
  return callKernel(Fill, {}, attrs)[0] as Scalar;
}
