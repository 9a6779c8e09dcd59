import {
  add,
  addN,
  clone,
  div,
  type KernelFunc,
  maximum,
  mul,
  neg,
  type Scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { AdagradStepAttrs, AdamStepAttrs, RmspropStepAttrs, SgdStepAttrs } from './contract.ts';

/** The gradient that the update descends: turned round to ascend, and with the L2 penalty's own gradient. */
function penalised(grad: Tensor, param: Tensor, maximize: boolean, weightDecay: number): Tensor {
  const descended = maximize ? neg(grad) : grad;
  return weightDecay === 0 ? descended : add(descended, mul(param, weightDecay));
}

/** `decay · average + (1 − decay) · value` */
function movingAverage(average: Tensor, value: Tensor, decay: number): Tensor {
  return add(mul(average, decay), mul(value, 1 - decay));
}

export const sgdStep: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { param, grad, momentumBuffer } = inputs as Record<string, Tensor | undefined>;
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = attrs as unknown as SgdStepAttrs;
    const g = penalised(grad!, param!, maximize, weightDecay);
    if (momentum === 0) return [sub(param!, mul(g, lr))];
    // A clone where the buffer is the gradient itself: the caller owns both.
    const buffer = momentumBuffer ? add(mul(momentumBuffer, momentum), mul(g, 1 - dampening)) : clone(g);
    const direction = nesterov ? add(g, mul(buffer, momentum)) : buffer;
    return [sub(param!, mul(direction, lr)), buffer];
  });

export const adamStep: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { param, grad, expAvg, expAvgSq, maxExpAvgSq } = inputs as Record<string, Tensor | undefined>;
    const { lr, beta1, beta2, eps, weightDecay, decoupledWeightDecay, step, maximize } =
      attrs as unknown as AdamStepAttrs;
    const g = penalised(grad!, param!, maximize, decoupledWeightDecay ? 0 : weightDecay);
    const decayed = decoupledWeightDecay ? mul(param!, 1 - lr * weightDecay) : param!;
    const m = movingAverage(expAvg!, g, beta1);
    const v = movingAverage(expAvgSq!, square(g), beta2);
    // AMSGrad compares the averages before their bias is corrected.
    const vMax = maxExpAvgSq && maximum(maxExpAvgSq, v);
    const denominator = add(div(sqrt(vMax ?? v), Math.sqrt(1 - beta2 ** step)), eps);
    const next = sub(decayed, mul(div(m, denominator), lr / (1 - beta1 ** step)));
    return vMax ? [next, m, v, vMax] : [next, m, v];
  });

export const rmspropStep: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { param, grad, squareAvg, momentumBuffer, gradAvg } = inputs as Record<string, Tensor | undefined>;
    const { lr, alpha, eps, weightDecay, momentum, maximize } = attrs as unknown as RmspropStepAttrs;
    const g = penalised(grad!, param!, maximize, weightDecay);
    const v = movingAverage(squareAvg!, square(g), alpha);
    const mean = gradAvg && movingAverage(gradAvg, g, alpha);
    const denominator = add(sqrt(mean ? sub(v, square(mean)) : v), eps);
    const scaled = div(g, denominator);
    const buffer = momentumBuffer && add(mul(momentumBuffer, momentum), scaled);
    const next = sub(param!, mul(buffer ?? scaled, lr));
    return [next, v, ...(buffer ? [buffer] : []), ...(mean ? [mean] : [])];
  });

export const adagradStep: KernelFunc = ({ inputs, attrs }) =>
  tidy(() => {
    const { param, grad, sum: accumulated } = inputs as Record<string, Tensor | undefined>;
    const { lr, eps, weightDecay, maximize } = attrs as unknown as AdagradStepAttrs;
    const g = penalised(grad!, param!, maximize, weightDecay);
    const total = add(accumulated!, square(g));
    return [sub(param!, mul(div(g, add(sqrt(total), eps)), lr)), total];
  });

export const globalNorm: KernelFunc = ({ inputs }) =>
  tidy(() => {
    const tensors = Object.values(inputs) as Tensor[];
    return [sqrt(addN(tensors.map((tensor) => sum(square(tensor)) as Scalar)))];
  });

export const scaleTensors: KernelFunc = ({ inputs }) =>
  tidy(() => {
    const { factor, ...tensors } = inputs as Record<string, Tensor>;
    return Object.values(tensors).map((tensor) => mul(tensor, factor!));
  });
