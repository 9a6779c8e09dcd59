import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { flag, number, required } from '../checks/kinds.ts';
import { checkOptions } from '../checks/options.ts';
import { runKernel } from '../run-kernel.ts';
import { checkDtype, checkShape } from '../shapes.ts';
import {
  AdagradStep,
  type AdagradStepAttrs,
  AdamStep,
  type AdamStepAttrs,
  GlobalNorm,
  RmspropStep,
  type RmspropStepAttrs,
  ScaleTensors,
  SgdStep,
  type SgdStepAttrs,
} from './contract.ts';

/** The tensors of one parameter's update: float32, all of the parameter's shape. */
interface StepInputs {
  param: Tensor;
  grad: Tensor;
}

export interface SgdStepTensors extends StepInputs {
  /** Absent in the first step */
  momentumBuffer?: Tensor | undefined;
}

export interface AdamStepTensors extends StepInputs {
  expAvg: Tensor;
  expAvgSq: Tensor;
  /** AMSGrad's */
  maxExpAvgSq?: Tensor | undefined;
}

export interface RmspropStepTensors extends StepInputs {
  squareAvg: Tensor;
  /** Given where `momentum > 0` */
  momentumBuffer?: Tensor | undefined;
  /** Given where centered */
  gradAvg?: Tensor | undefined;
}

export interface AdagradStepTensors extends StepInputs {
  sum: Tensor;
}

const rate = required(number);
const isSet = required(flag);

const sgdKinds = {
  lr: rate,
  momentum: rate,
  dampening: rate,
  weightDecay: rate,
  nesterov: isSet,
  maximize: isSet,
};

const adamKinds = {
  lr: rate,
  beta1: rate,
  beta2: rate,
  eps: rate,
  weightDecay: rate,
  decoupledWeightDecay: isSet,
  step: rate,
  maximize: isSet,
};

const rmspropKinds = {
  lr: rate,
  alpha: rate,
  eps: rate,
  weightDecay: rate,
  momentum: rate,
  maximize: isSet,
};

const adagradKinds = { lr: rate, eps: rate, weightDecay: rate, maximize: isSet };

/**
 * `b' = μ·b + (1−τ)·g` (first `b' = g`), `p' = p − lr·b'`, or with Nesterov `p − lr·(g + μ·b')`, where `g` is the gradient
 * plus `weightDecay · p`. Not differentiable, as all of this page.
 *
 * @returns `[p']`, or `[p', b']` where `momentum ≠ 0`
 */
export function sgdStep(tensors: SgdStepTensors, attrs: SgdStepAttrs): Tensor[] {
  checkOptions('sgdStep', attrs, sgdKinds);
  return runStep('sgdStep', SgdStep, { ...tensors }, attrs);
}

/**
 * `m' = β1·m + (1−β1)·g`, `v' = β2·v + (1−β2)·g²`, `p' = p − lr/(1−β1ᵗ) · m' / (√v'/√(1−β2ᵗ) + eps)`; AMSGrad puts
 * `max(vMax, v')` in the place of `v'`.
 *
 * @returns `[p', m', v']`, and the new `maxExpAvgSq` where it was given
 */
export function adamStep(tensors: AdamStepTensors, attrs: AdamStepAttrs): Tensor[] {
  checkOptions('adamStep', attrs, adamKinds);
  return runStep('adamStep', AdamStep, { ...tensors }, attrs);
}

/**
 * `v' = α·v + (1−α)·g²`, `p' = p − lr · g / (√v' + eps)`; centered, the root is of `v' − ḡ'²`; with momentum,
 * `b' = μ·b + g / (√v' + eps)` and `p' = p − lr·b'`.
 *
 * @returns `[p', v']`, then the new `momentumBuffer` and `gradAvg` where they were given
 */
export function rmspropStep(tensors: RmspropStepTensors, attrs: RmspropStepAttrs): Tensor[] {
  checkOptions('rmspropStep', attrs, rmspropKinds);
  return runStep('rmspropStep', RmspropStep, { ...tensors }, attrs);
}

/**
 * `s' = s + g²`, `p' = p − lr · g / (√s' + eps)`
 *
 * @returns `[p', s']`
 */
export function adagradStep(tensors: AdagradStepTensors, attrs: AdagradStepAttrs): Tensor[] {
  checkOptions('adagradStep', attrs, adagradKinds);
  return runStep('adagradStep', AdagradStep, { ...tensors }, attrs);
}

/** The L2 norm of all tensors together, as if they were one vector: a scalar, not read. */
export function globalNorm(tensors: readonly Tensor[]): Scalar {
  if (tensors.length === 0)
    throw new Error('globalNorm: the list of tensors is empty; expected at least one');
  tensors.forEach((tensor, i) => {
    checkDtype('globalNorm', `tensors[${i}]`, tensor, 'float32');
  });
  const [norm] = runKernel(GlobalNorm, Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor])), {});
  return norm as Scalar;
}

/**
 * Each tensor times the same factor, in one kernel.
 *
 * @param factor a scalar on the backend, not read
 */
export function scaleTensors(tensors: readonly Tensor[], factor: Scalar): Tensor[] {
  checkShape('scaleTensors', 'factor', factor, []);
  tensors.forEach((tensor, i) => {
    checkDtype('scaleTensors', `tensors[${i}]`, tensor, 'float32');
  });
  if (tensors.length === 0) return [];
  return runKernel(
    ScaleTensors,
    { factor, ...Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor])) },
    {},
  );
}

function runStep(
  operation: string,
  kernel: string,
  tensors: Record<string, Tensor | undefined>,
  attrs: object,
): Tensor[] {
  const present: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    if (!tensor) continue;
    checkDtype(operation, name, tensor, 'float32');
    checkShape(operation, name, tensor, tensors.param!.shape);
    present[name] = tensor;
  }
  return runKernel(kernel, present, attrs);
}
