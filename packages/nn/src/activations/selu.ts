import { mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkDtype } from '@unroll/backend/checks';
import { Module } from '../module.ts';
import { elu } from './functions.ts';

const ALPHA = 1.6732632423543772;
const SCALE = 1.0507009873554805;

/**
 * `λ·x` above 0, `λ·α·(eˣ − 1)` below, with `λ ≈ 1.0507` and `α ≈ 1.6733`. These constants bring activations to mean
 * 0 and variance 1: Klambauer et al., "Self-normalizing neural networks" (2017).
 */
export function selu(input: Tensor): Tensor {
  checkDtype('selu', 'input', input, 'float32');
  return tidy(() => mul(elu(input, { alpha: ALPHA }), SCALE));
}

/**
 * See `selu`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.SELU.html
 */
export class SELU extends Module {
  forward(input: Tensor): Tensor {
    return selu(input);
  }
}
