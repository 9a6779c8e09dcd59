import { Fill, type FillAttrs, type Scalar } from '@tensorflow/tfjs-core';
import { callKernel } from '../engine/differentiable.ts';
import { liveAttrs } from './replay.ts';

/**
 * A number of the host as a float32 scalar, for plain operations. It is computed now and again at each replay of a
 * captured function, whereas `tf.scalar(number)` would keep its value from the capture.
 *
 * @param compute like the `compute` of `liveAttrs`, but it must not change host state
 *
 * @example
 * const next = tf.sub(param, tf.mul(liveScalar(() => group.lr), gradient));
 */
export function liveScalar(compute: () => number): Scalar {
  const attrs = liveAttrs<FillAttrs>(() => ({ shape: [], value: compute(), dtype: 'float32' }));
  return callKernel(Fill, {}, attrs)[0] as Scalar;
}
