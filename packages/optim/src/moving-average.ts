import { add, mul, type Tensor } from '@tensorflow/tfjs-core';
import { checkMoment, type UpdateMoment } from './update-moment.ts';

/**
 * `decay·average + (1 − decay)·value`, for rules of your own. `1 − decay` is computed in double precision: from a
 * decay of 0.999 in float32 it would be off in the fifth digit.
 */
export function movingAverage<Options>(
  average: Tensor,
  value: Tensor,
  now: UpdateMoment<Options>,
  decay: (options: Options) => number,
): Tensor {
  checkMoment('movingAverage', now);
  const kept = now.scalar(({ options }) => decay(options));
  const taken = now.scalar(({ options }) => 1 - decay(options));
  return add(mul(average, kept), mul(value, taken));
}
