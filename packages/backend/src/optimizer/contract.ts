import type { NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';

/*
 * One optimizer step of one parameter. Kernels are pure: they return the new parameter and the new state, in the order of
 * their inputs, and leave the old ones to the caller. Formulas are those of `torch.optim`.
 */

export const SgdStep = 'SgdStep';
export const AdamStep = 'AdamStep';
export const RmspropStep = 'RmspropStep';
export const AdagradStep = 'AdagradStep';

/** `factor` (a scalar) times each of the other inputs, in their order: gradients scaled by a norm, in one call. */
export const ScaleTensors = 'ScaleTensors';

/** The L2 norm over all tensors of `inputs` (any names) as one float32 scalar. */
export const GlobalNorm = 'GlobalNorm';

/** Returns `[param]`, or `[param, momentumBuffer]` where `momentum ≠ 0`. Without a buffer the step is the first: buffer = gradient. */
export type SgdStepInputs = NamedTensorInfoMap & {
  param: TensorInfo;
  grad: TensorInfo;
  momentumBuffer?: TensorInfo;
};
export interface SgdStepAttrs {
  lr: number;
  momentum: number;
  dampening: number;
  weightDecay: number;
  nesterov: boolean;
  maximize: boolean;
}

/** Returns `[param, expAvg, expAvgSq]`, and `maxExpAvgSq` (AMSGrad) where it was given. */
export type AdamStepInputs = NamedTensorInfoMap & {
  param: TensorInfo;
  grad: TensorInfo;
  expAvg: TensorInfo;
  expAvgSq: TensorInfo;
  maxExpAvgSq?: TensorInfo;
};
export interface AdamStepAttrs {
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
  weightDecay: number;
  /** AdamW: the decay shrinks the parameter itself; otherwise it is added to the gradient (L2). */
  decoupledWeightDecay: boolean;
  /** Number of this step, from 1, for the bias corrections */
  step: number;
  maximize: boolean;
}

/** Returns `[param, squareAvg]`, then `momentumBuffer` and `gradAvg` where they were given. */
export type RmspropStepInputs = NamedTensorInfoMap & {
  param: TensorInfo;
  grad: TensorInfo;
  squareAvg: TensorInfo;
  /** Given where `momentum > 0` */
  momentumBuffer?: TensorInfo;
  /** Given where centered */
  gradAvg?: TensorInfo;
};
export interface RmspropStepAttrs {
  lr: number;
  alpha: number;
  eps: number;
  weightDecay: number;
  momentum: number;
  maximize: boolean;
}

/** Returns `[param, sum]`. */
export type AdagradStepInputs = NamedTensorInfoMap & {
  param: TensorInfo;
  grad: TensorInfo;
  sum: TensorInfo;
};
export interface AdagradStepAttrs {
  /** The decayed rate, `lr / (1 + (step − 1) · lrDecay)` */
  lr: number;
  eps: number;
  weightDecay: number;
  maximize: boolean;
}
