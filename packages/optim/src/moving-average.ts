import { add, mul, type Tensor } from '@tensorflow/tfjs-core';
import { checkMoment, type UpdateMoment } from './update-moment.ts';

/** `decay·average + (1 − decay)·value`, whose complement is rounded once: that of a rounded 0.999 is off in the fifth digit. For rules of one's own. */
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
