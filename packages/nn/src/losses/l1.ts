import { abs, customGrad, type GradSaveFunc, mul, sign, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { Module } from '../module.ts';
import { checkTargetShape } from './check-broadcast.ts';
import { type ReductionOptions, reduce, reductionKinds } from './reduction.ts';

/** `|d|`. Its gradient at 0 is 0, as in PyTorch; the gradient of `tf.abs` at 0 is −1. */
const absolute = customGrad((d, save) => {
  (save as GradSaveFunc)([d as Tensor]);
  return {
    value: abs(d as Tensor),
    gradFunc: (dy: Tensor, [saved]: Tensor[]) => mul(dy, sign(saved!)),
  };
});

/**
 * Absolute error, `|x − y|`, as `torch.nn.functional.l1_loss`.
 *
 * @param input any shape
 * @param target the input's shape; for another shape that broadcasts there is a warning
 */
export function l1Loss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('l1Loss', options, reductionKinds);
  checkTargetShape('l1Loss', input, target);
  return tidy(() => reduce(absolute(sub(input, target)), reduction));
}

/** `l1Loss` as a module that keeps its options, as `torch.nn.L1Loss`. */
export class L1Loss extends Module {
  readonly #options: ReductionOptions;

  constructor(options: ReductionOptions = {}) {
    super();
    this.#options = checkOptions('L1Loss', options, reductionKinds);
  }

  /** See `l1Loss`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, this.#options);
  }
}
