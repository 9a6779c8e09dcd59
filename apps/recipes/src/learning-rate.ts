import { LambdaLR, type Optimizer } from '@unroll/optim';
import type { ScheduleOptions } from '@unroll/train';

/**
 * A schedule that follows the fraction of a run that is done, whether epochs, minutes or updates limit it: the rate
 * rises linearly from a tenth to its greatest value in the first `warmup`, then falls to 0 by a cosine.
 */
export function oneCycle(optimizer: Optimizer, fractionDone: () => number, warmup = 0.1): ScheduleOptions {
  const factor = () => {
    const done = fractionDone();
    if (done < warmup) return 0.1 + (0.9 * done) / warmup;
    return (1 + Math.cos((Math.PI * (done - warmup)) / (1 - warmup))) / 2;
  };
  return { scheduler: new LambdaLR(optimizer, { lrLambda: factor }), each: 'step' };
}
