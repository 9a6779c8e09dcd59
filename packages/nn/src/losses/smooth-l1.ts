import { mul, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { Module } from '../module.ts';
import { checkTargetShape } from './check-broadcast.ts';
import { huber } from './huber.ts';
import { l1Loss } from './l1.ts';
import { type ReductionOptions, reduce, reductionKinds } from './reduction.ts';

export interface SmoothL1Options extends ReductionOptions {
  /** The distance at which the parabola becomes a line, at least 0; default 1. With 0 the loss is `l1Loss`. */
  beta?: number | undefined;
}

const smoothL1Kinds = { ...reductionKinds, beta: kind.atLeast(0) };

/**
 * `½·(x − y)²/β` where `|x − y| < β`, else `|x − y| − ½·β`, as `torch.nn.functional.smooth_l1_loss`.
 *
 * @param input any shape
 * @param target the input's shape; for another shape that broadcasts there is a warning
 * @throws where `beta` is negative
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1Options = {}): Tensor {
  const { beta = 1, reduction = 'mean' } = checkOptions('smoothL1Loss', options, smoothL1Kinds);
  if (beta === 0) return l1Loss(input, target, { reduction });
  checkTargetShape('smoothL1Loss', input, target);
  return tidy(() => reduce(mul(huber(sub(input, target), beta), 1 / beta), reduction));
}

/** `smoothL1Loss` as a module that keeps its options, as `torch.nn.SmoothL1Loss`. */
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
