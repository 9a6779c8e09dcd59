import { checkValue, kind } from '@unroll/backend/checks';
import type { LrLambda } from './lambda-lr.ts';

/**
 * A factor for `LambdaLR` that rises linearly from 0 to 1 in `warmupSteps` steps and then stays, or, with `totalSteps`, falls
 * linearly to 0 there: the `constant_with_warmup` and `linear_schedule_with_warmup` of Hugging Face's transformers.
 */
export function linearWarmup(warmupSteps: number, totalSteps?: number): LrLambda {
  checkValue('linearWarmup', 'warmupSteps', warmupSteps, kind.required(kind.whole(0)));
  checkValue('linearWarmup', 'totalSteps', totalSteps, kind.whole(warmupSteps));
  return (step) => {
    if (step < warmupSteps) return step / warmupSteps;
    if (totalSteps === undefined) return 1;
    return Math.max(0, totalSteps - step) / Math.max(1, totalSteps - warmupSteps);
  };
}

/**
 * A factor for `LambdaLR` that rises linearly from 0 to 1 in `warmupSteps` steps and then falls as `√(warmupSteps / step)`: the
 * schedule of "Attention is all you need" (Vaswani et al., 2017), scaled to peak at 1.
 */
export function inverseSqrtWarmup(warmupSteps: number): LrLambda {
  checkValue('inverseSqrtWarmup', 'warmupSteps', warmupSteps, kind.required(kind.whole(1)));
  return (step) => (step < warmupSteps ? step / warmupSteps : Math.sqrt(warmupSteps / step));
}
