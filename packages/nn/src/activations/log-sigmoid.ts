import {
  abs,
  customGrad,
  type GradSaveFunc,
  minimum,
  mul,
  neg,
  sigmoid,
  softplus,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { Module } from '../module.ts';

/** `log σ(x) = min(x, 0) − log(1 + e^−|x|)`, whose gradient is `σ(−x)`; finite for any finite input. */
export function logSigmoid(input: Tensor): Tensor {
  return customGrad((x, save) => {
    (save as GradSaveFunc)([x as Tensor]);
    return {
      value: sub(minimum(x as Tensor, 0), softplus(neg(abs(x as Tensor)))),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => mul(dy, sigmoid(neg(saved!))),
    };
  })(input);
}

/**
 * See `logSigmoid`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html
 */
export class LogSigmoid extends Module {
  forward(input: Tensor): Tensor {
    return logSigmoid(input);
  }
}
