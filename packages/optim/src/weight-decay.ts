import { add, mul, neg, type Tensor } from '@tensorflow/tfjs-core';
import { checkValue, kind } from '@unroll/backend/checks';
import { checkMoment, type UpdateMoment } from './update-moment.ts';

/** The options that `withWeightDecay` goes by; every optimizer has them. */
export interface DecayOptions {
  readonly lr: number;
  readonly weightDecay: number;
  readonly maximize: boolean;
}

/**
 * The parameter that an update starts from, and the gradient that it descends: turned round to ascend, with the L2 penalty's own
 * gradient, `g + weightDecay·p`; or, where the decay is decoupled, without it and `p·(1 − lr·weightDecay)`. For rules of one's own.
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
