import { square, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { Module } from '../module.ts';
import { checkTargetShape } from './check-broadcast.ts';
import { type ReductionOptions, reduce, reductionKinds } from './reduction.ts';

/**
 * Squared error, `(x − y)²`, as `torch.nn.functional.mse_loss`.
 *
 * @param input any shape
 * @param target the input's shape; for another shape that broadcasts there is a warning
 */
export function mseLoss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('mseLoss', options, reductionKinds);
  checkTargetShape('mseLoss', input, target);
  return tidy(() => reduce(square(sub(input, target)), reduction));
}

/** `mseLoss` as a module that keeps its options, as `torch.nn.MSELoss`. */
export class MSELoss extends Module {
  readonly #options: ReductionOptions;

  constructor(options: ReductionOptions = {}) {
    super();
    this.#options = checkOptions('MSELoss', options, reductionKinds);
  }

  /** See `mseLoss`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, this.#options);
  }
}
