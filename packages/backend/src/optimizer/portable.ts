import {
  add,
  addN,
  clone,
  div,
  maximum,
  mul,
  neg,
  type Scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { portableKernel } from '../kernels/portable-kernel.ts';

/** The gradient that the update descends: negated to maximise, with the gradient of the L2 penalty added. */
function penalised(grad: Tensor, param: Tensor, maximize: boolean, weightDecay: number): Tensor {
  const descended = maximize ? neg(grad) : grad;
  return weightDecay === 0 ? descended : add(descended, mul(param, weightDecay));
}

/** `decay · average + (1 − decay) · value` */
function movingAverage(average: Tensor, value: Tensor, decay: number): Tensor {
  return add(mul(average, decay), mul(value, 1 - decay));
}

export const sgdStepKernel = portableKernel(
  'SgdStep',
  ({ param, grad, momentumBuffer }, { lr, momentum, dampening, weightDecay, nesterov, maximize }) => {
    const g = penalised(grad, param, maximize, weightDecay);
    if (momentum === 0) return { param: sub(param, mul(g, lr)) };
    // A clone if the buffer starts as the gradient itself, because the caller owns both tensors.
    const buffer = momentumBuffer ? add(mul(momentumBuffer, momentum), mul(g, 1 - dampening)) : clone(g);
    const direction = nesterov ? add(g, mul(buffer, momentum)) : buffer;
    return { param: sub(param, mul(direction, lr)), momentumBuffer: buffer };
  },
);

export const adamStepKernel = portableKernel(
  'AdamStep',
  (
    { param, grad, expAvg, expAvgSq, maxExpAvgSq },
    { lr, beta1, beta2, eps, weightDecay, decoupledWeightDecay, step, maximize },
  ) => {
    const g = penalised(grad, param, maximize, decoupledWeightDecay ? 0 : weightDecay);
    const decayed = decoupledWeightDecay ? mul(param, 1 - lr * weightDecay) : param;
    const m = movingAverage(expAvg, g, beta1);
    const v = movingAverage(expAvgSq, square(g), beta2);
    // AMSGrad compares the averages before their bias correction.
    const vMax = maxExpAvgSq && maximum(maxExpAvgSq, v);
    const denominator = add(div(sqrt(vMax ?? v), Math.sqrt(1 - beta2 ** step)), eps);
    const next = sub(decayed, mul(div(m, denominator), lr / (1 - beta1 ** step)));
    return { param: next, expAvg: m, expAvgSq: v, maxExpAvgSq: vMax };
  },
);

export const rmspropStepKernel = portableKernel(
  'RmspropStep',
  (
    { param, grad, squareAvg, momentumBuffer, gradAvg },
    { lr, alpha, eps, weightDecay, momentum, maximize },
  ) => {
    const g = penalised(grad, param, maximize, weightDecay);
    const v = movingAverage(squareAvg, square(g), alpha);
    const mean = gradAvg && movingAverage(gradAvg, g, alpha);
    const denominator = add(sqrt(mean ? sub(v, square(mean)) : v), eps);
    const scaled = div(g, denominator);
    const buffer = momentumBuffer && add(mul(momentumBuffer, momentum), scaled);
    const next = sub(param, mul(buffer ?? scaled, lr));
    return { param: next, squareAvg: v, momentumBuffer: buffer, gradAvg: mean };
  },
);

export const adagradStepKernel = portableKernel(
  'AdagradStep',
  ({ param, grad, sum: accumulated }, { lr, eps, weightDecay, maximize }) => {
    const g = penalised(grad, param, maximize, weightDecay);
    const total = add(accumulated, square(g));
    return { param: sub(param, mul(div(g, add(sqrt(total), eps)), lr)), sum: total };
  },
);

export const globalNormKernel = portableKernel('GlobalNorm', (tensors) => {
  const squares = Object.values(tensors).map((tensor) => sum(square(tensor)) as Scalar);
  return { norm: sqrt(addN(squares)) as Scalar };
});

export const scaleTensorsKernel = portableKernel('ScaleTensors', ({ factor, ...tensors }) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, mul(tensor, factor)])),
);
