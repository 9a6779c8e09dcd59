import {
  abs,
  add,
  div,
  exp,
  less,
  mul,
  neg,
  onesLike,
  sigmoid,
  square,
  sub,
  type Tensor,
  tidy,
  where,
} from '@tensorflow/tfjs-core';
import { checkDtype } from '@unroll/backend/checks';
import { differentiable, withoutGradient } from '@unroll/backend/operations';
import { Module } from '../module.ts';

/**
 * `x·tanh(log(1 + eˣ))`: Misra, "Mish: a self regularized non-monotonic activation function" (2019). Value and
 * gradient keep their digits for very large and very small x.
 */
export function mish(input: Tensor): Tensor {
  checkDtype('mish', 'input', input, 'float32');
  return tidy(() => {
    const [output] = differentiable({
      inputs: { input },
      forward: (save) => {
        save(input);
        return [mul(input, tanhOfSoftplus(input))];
      },
      backward: ([dy], [x]) => ({
        input: () => {
          const t = tanhOfSoftplus(x!);
          const slope = mul(sigmoid(x!), sub(1, square(t)));
          return mul(dy!, add(t, mul(x!, slope)));
        },
      }),
    });
    return output!;
  });
}

/** With `e = e^−|x|`: `(1 + 2e) / (1 + 2e + 2e²)` where x ≥ 0, `(e² + 2e) / (e² + 2e + 2)` below. Nothing overflows or cancels. */
function tanhOfSoftplus(x: Tensor): Tensor {
  const e = exp(neg(abs(x)));
  const squared = square(e);
  const isNegative = withoutGradient(() => less(x, 0));
  const numerator = add(mul(e, 2), where(isNegative, squared, onesLike(e)));
  return div(numerator, add(numerator, mul(2, where(isNegative, onesLike(e), squared))));
}

/**
 * See `mish`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Mish.html
 */
export class Mish extends Module {
  forward(input: Tensor): Tensor {
    return mish(input);
  }
}
