import {
  abs,
  clipByValue,
  customGrad,
  type GradSaveFunc,
  minimum,
  mul,
  sub,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { Module } from '../module.ts';
import { checkTargetShape } from './check-broadcast.ts';
import { type ReductionOptions, reduce, reductionKinds } from './reduction.ts';

/** `½·d²` for `|d| ≤ delta`, `delta·(|d| − ½·delta)` beyond: with `k = min(|d|, delta)`, `k·(|d| − ½·k)`. */
export function huber(difference: Tensor, delta: number): Tensor {
  return customGrad((d, save) => {
    (save as GradSaveFunc)([d as Tensor]);
    const magnitude = abs(d as Tensor);
    const k = minimum(magnitude, delta);
    return {
      value: mul(k, sub(magnitude, mul(k, 0.5))),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => mul(dy, clipByValue(saved!, -delta, delta)),
    };
  })(difference);
}

export interface HuberOptions extends ReductionOptions {
  /** The distance at which the parabola becomes a line, over 0; default 1 */
  delta?: number | undefined;
}

const huberKinds = { ...reductionKinds, delta: kind.above(0) };

/**
 * `½·(x − y)²` where `|x − y| ≤ δ`, else `δ·(|x − y| − ½·δ)`, as `torch.nn.functional.huber_loss`.
 *
 * @param input any shape
 * @param target the input's shape; for another shape that broadcasts there is a warning
 * @throws where `delta` is not over 0
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const { delta = 1, reduction = 'mean' } = checkOptions('huberLoss', options, huberKinds);
  checkTargetShape('huberLoss', input, target);
  return tidy(() => reduce(huber(sub(input, target), delta), reduction));
}

/** `huberLoss` as a module that keeps its options, as `torch.nn.HuberLoss`. */
export class HuberLoss extends Module {
  readonly #options: HuberOptions;

  constructor(options: HuberOptions = {}) {
    super();
    this.#options = checkOptions('HuberLoss', options, huberKinds);
  }

  /** See `huberLoss`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, this.#options);
  }
}
