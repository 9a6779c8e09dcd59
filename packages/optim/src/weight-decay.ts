import { add, mul, neg, type Tensor } from '@tensorflow/tfjs-core';
import { checkValue, kind } from '@unroll/backend/checks';
import { checkMoment, type UpdateMoment } from './update-moment.ts';

/** The options that `withWeightDecay` uses. Every optimizer has them. */
export interface DecayOptions {
  readonly lr: number;
  readonly weightDecay: number;
  readonly maximize: boolean;
}

/**
 * Applies `maximize` and `weightDecay`, for rules of your own. It returns the parameter that the update starts from
 * and the gradient that it descends. `maximize` negates the gradient. The L2 penalty then adds `weightDecay·p` to it.
 * Decoupled decay instead makes the parameter `p·(1 − lr·weightDecay)`.
 *
 * @example const { param, grad } = withWeightDecay(tensors, now);
 */
export function withWeightDecay<Options extends DecayOptions>(
  tensors: { readonly param: Tensor; readonly grad: Tensor },
  now: UpdateMoment<Options>,
  isDecoupled = false,
): { readonly param: Tensor; readonly grad: Tensor } {
  checkMoment('withWeightDecay', now);
  checkValue('withWeightDecay', 'tensors', tensors, kind.required(kind.record));
  const { param, grad } = tensors;
  const gradient = now.decision(({ options }) => options.maximize) ? neg(grad) : grad;
  if (now.decision(({ options }) => options.weightDecay === 0)) return { param, grad: gradient };
  if (isDecoupled) {
    const kept = now.scalar(({ options: { lr, weightDecay } }) => 1 - lr * weightDecay);
    return { param: mul(param, kept), grad: gradient };
  }
  return {
    param,
    grad: add(
      gradient,
      mul(
        param,
        now.scalar(({ options }) => options.weightDecay),
      ),
    ),
  };
}
