import { abs, minimum, mul, neg, sigmoid, softplus, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkDtype } from '@unroll/backend/checks';
import { differentiable } from '@unroll/backend/operations';
import { Module } from '../module.ts';

/** `log σ(x) = min(x, 0) − log(1 + e^−|x|)`, whose gradient is `σ(−x)`; finite for any finite input. */
export function logSigmoid(input: Tensor): Tensor {
  checkDtype('logSigmoid', 'input', input, 'float32');
  return tidy(() => {
    const [output] = differentiable({
      inputs: { input },
      forward: (save) => {
        save(input);
        return [sub(minimum(input, 0), softplus(neg(abs(input))))];
      },
      backward: ([dy], [x]) => ({ input: () => mul(dy!, sigmoid(neg(x!))) }),
    });
    return output!;
  });
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
