import {
  abs,
  clipByValue,
  customGrad,
  type GradSaveFunc,
  minimum,
  mul,
  sign,
  square,
  sub,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { Module } from '../module.ts';
import { checkTargetShape } from './check-broadcast.ts';
import { type ReductionOptions, reduce, reductionKinds } from './reduction.ts';

/** `|d|`, whose gradient at 0 is 0 as in PyTorch; that of `tf.abs` is −1 there. */
const absolute = customGrad((d, save) => {
  (save as GradSaveFunc)([d as Tensor]);
  return {
    value: abs(d as Tensor),
    gradFunc: (dy: Tensor, [saved]: Tensor[]) => mul(dy, sign(saved!)),
  };
});

/** `½·d²` for `|d| ≤ delta`, `delta·(|d| − ½·delta)` beyond: with `k = min(|d|, delta)`, `k·(|d| − ½·k)`. */
function huber(difference: Tensor, delta: number): Tensor {
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

/**
 * Squared error, `(x − y)²`, as `torch.nn.functional.mse_loss`.
 *
 * @param input any shape
 * @param target the input's shape; another that broadcasts is warned about
 */
export function mseLoss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('mseLoss', options, reductionKinds);
  checkTargetShape('mseLoss', input, target);
  return tidy(() => reduce(square(sub(input, target)), reduction));
}

/**
 * Absolute error, `|x − y|`, as `torch.nn.functional.l1_loss`.
 *
 * @param input any shape
 * @param target the input's shape; another that broadcasts is warned about
 */
export function l1Loss(input: Tensor, target: Tensor, options: ReductionOptions = {}): Tensor {
  const { reduction = 'mean' } = checkOptions('l1Loss', options, reductionKinds);
  checkTargetShape('l1Loss', input, target);
  return tidy(() => reduce(absolute(sub(input, target)), reduction));
}

export interface SmoothL1Options extends ReductionOptions {
  /** Where the parabola becomes a line, at least 0; default 1. At 0 it is `l1Loss`. */
  beta?: number | undefined;
}

const smoothL1Kinds = { ...reductionKinds, beta: kind.atLeast(0) };

/**
 * `½·(x − y)²/β` where `|x − y| < β`, else `|x − y| − ½·β`, as `torch.nn.functional.smooth_l1_loss`.
 *
 * @param input any shape
 * @param target the input's shape; another that broadcasts is warned about
 * @throws where `beta` is negative
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  const { beta = 1, reduction = 'mean' } = checkOptions('smoothL1Loss', options, smoothL1Kinds);
  if (beta === 0) return l1Loss(input, target, { reduction });
  checkTargetShape('smoothL1Loss', input, target);
  return tidy(() => reduce(mul(huber(sub(input, target), beta), 1 / beta), reduction));
}

export interface HuberOptions extends ReductionOptions {
  /** Where the parabola becomes a line, over 0; default 1 */
  delta?: number | undefined;
}

const huberKinds = { ...reductionKinds, delta: kind.above(0) };

/**
 * `½·(x − y)²` where `|x − y| ≤ δ`, else `δ·(|x − y| − ½·δ)`, as `torch.nn.functional.huber_loss`.
 *
 * @param input any shape
 * @param target the input's shape; another that broadcasts is warned about
 * @throws where `delta` is not over 0
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  const { delta = 1, reduction = 'mean' } = checkOptions('huberLoss', options, huberKinds);
  checkTargetShape('huberLoss', input, target);
  return tidy(() => reduce(huber(sub(input, target), delta), reduction));
}

/** `mseLoss` with its options given beforehand, as `torch.nn.MSELoss`. */
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

/** `l1Loss` with its options given beforehand, as `torch.nn.L1Loss`. */
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

/** `smoothL1Loss` with its options given beforehand, as `torch.nn.SmoothL1Loss`. */
export class SmoothL1Loss extends Module {
  readonly #options: SmoothL1Options;

  constructor(options: SmoothL1Options = {}) {
    super();
    this.#options = checkOptions('SmoothL1Loss', options, smoothL1Kinds);
  }

  /** See `smoothL1Loss`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, this.#options);
  }
}

/** `huberLoss` with its options given beforehand, as `torch.nn.HuberLoss`. */
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
