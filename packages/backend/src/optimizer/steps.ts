import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { flag, number, required } from '../checks/kinds.ts';
import { checkOptions, type OptionKinds } from '../checks/options.ts';
import { checkDtype, checkShape } from '../checks/tensors.ts';
import type { Named } from '../kernels/kernel-declaration.ts';
import type { AttrsOf, InputsOf, KernelName, OutputsOf } from '../kernels/kernel-map.ts';
import { runKernel } from '../kernels/run-kernel.ts';
import type { TensorList } from './contract.ts';

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
 * `b' = μ·b + (1−τ)·g` (in the first step `b' = g`), `p' = p − lr·b'`, or with Nesterov `p − lr·(g + μ·b')`, where `g`
 * is the gradient plus `weightDecay · p`. Not differentiable, like all operations in this file.
 *
 * @returns `param`, and `momentumBuffer` if `momentum ≠ 0`
 */
export const sgdStep = stepOperation('sgdStep', 'SgdStep', sgdKinds);

/**
 * `m' = β1·m + (1−β1)·g`, `v' = β2·v + (1−β2)·g²`, `p' = p − lr/(1−β1ᵗ) · m' / (√v'/√(1−β2ᵗ) + eps)`. AMSGrad uses
 * `max(vMax, v')` instead of `v'`.
 *
 * @returns `param`, `expAvg` (m'), `expAvgSq` (v'), and `maxExpAvgSq` if it was given
 */
export const adamStep = stepOperation('adamStep', 'AdamStep', adamKinds);

/**
 * `v' = α·v + (1−α)·g²`, `p' = p − lr · g / (√v' + eps)`. If centered, the root is of `v' − ḡ'²`. With momentum, `b' =
 * μ·b + g / (√v' + eps)` and `p' = p − lr·b'`.
 *
 * @returns `param`, `squareAvg` (v'), and `momentumBuffer` and `gradAvg` if they were given
 */
export const rmspropStep = stepOperation('rmspropStep', 'RmspropStep', rmspropKinds);

/**
 * `s' = s + g²`, `p' = p − lr · g / (√s' + eps)`
 *
 * @returns `param` and `sum` (s')
 */
export const adagradStep = stepOperation('adagradStep', 'AdagradStep', adagradKinds);

/** The L2 norm of all tensors together, as if they were one vector: a scalar that is not read. */
export function globalNorm(tensors: readonly Tensor[]): Scalar {
  if (tensors.length === 0)
    throw new Error('globalNorm: the list of tensors is empty; expected at least one');
  tensors.forEach((tensor, i) => {
    checkDtype('globalNorm', `tensors[${i}]`, tensor, 'float32');
  });
  return runKernel('GlobalNorm', numbered(tensors), {}).norm;
}

/**
 * Multiplies each tensor by the same factor in one kernel.
 *
 * @param factor a scalar on the backend; it is not read
 */
export function scaleTensors(tensors: readonly Tensor[], factor: Scalar): Tensor[] {
  checkShape('scaleTensors', 'factor', factor, []);
  tensors.forEach((tensor, i) => {
    checkDtype('scaleTensors', `tensors[${i}]`, tensor, 'float32');
  });
  if (tensors.length === 0) return [];
  return Object.values(runKernel('ScaleTensors', { ...numbered(tensors), factor }, {}));
}

/** The list under the contract's names `x0`, `x1`, … */
const numbered = (tensors: readonly Tensor[]): Named<Tensor, TensorList> =>
  Object.fromEntries(tensors.map((tensor, i) => [`x${i}`, tensor]));

type StepKernel = Extract<KernelName, `${string}Step`>;

/** An operation that runs one kernel after checks: all tensors must be float32 and have the parameter's shape. */
function stepOperation<Name extends StepKernel>(
  operation: string,
  kernel: Name,
  kinds: OptionKinds<AttrsOf<Name>>,
) {
  return (tensors: InputsOf<Name, Tensor>, attrs: AttrsOf<Name>): OutputsOf<Name, Tensor> => {
    checkOptions(operation, attrs, kinds);
    const { param }: { readonly param: Tensor } = tensors;
    for (const [name, tensor] of Object.entries(tensors) as [string, Tensor | undefined][]) {
      if (!tensor) continue;
      checkDtype(operation, name, tensor, 'float32');
      checkShape(operation, name, tensor, param.shape);
    }
    return runKernel(kernel, tensors, attrs);
  };
}
