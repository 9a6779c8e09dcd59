import {
  abs,
  add,
  addN,
  clipByValue,
  clone,
  div,
  max,
  minimum,
  pow,
  type Scalar,
  scalar,
  stack,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { globalNorm, scaleTensors } from '@unroll/backend/operations';
import { type Gradients, gradientsKind, mapGradients, presentGradients } from './gradients.ts';

export interface ClipGradNormOptions {
  /** The p of the norm: a positive number, `Infinity` for the largest absolute value. Default 2. */
  normType?: number | undefined;
}

/** The kind of a limit. */
const limit = kind.required(kind.atLeast(0));

/** The kinds of `ClipGradNormOptions`. */
const clipGradNormKinds = {
  normType: { ...kind.above(0), expected: 'a number above 0, or Infinity' },
};

/**
 * Scales gradients so that their norm is at most `maxNorm`. The norm is taken over all gradients as if they were one
 * vector. Each gradient is multiplied by `min(1, maxNorm / (norm + 1e-6))`, as `torch.nn.utils.clip_grad_norm_` does.
 * The host reads nothing. A NaN norm makes all gradients NaN; an infinite norm makes infinite elements NaN and all
 * others 0: see `checkFinite`.
 *
 * @returns new gradients under the same keys, and the norm of the given gradients. The caller disposes both. The
 *   given gradients stay as they are.
 * @throws where `maxNorm` is not a number of at least 0, or `normType` not one above 0
 */
export function clipGradNorm<G extends Gradients>(
  gradients: G,
  maxNorm: number,
  options: ClipGradNormOptions = {},
): { grads: G; totalNorm: Scalar } {
  const { normType = 2 } = checkOptions('clipGradNorm', options, clipGradNormKinds);
  checkValue('clipGradNorm', 'gradients', gradients, gradientsKind);
  checkValue('clipGradNorm', 'maxNorm', maxNorm, limit);
  const totalNorm = tidy(() => norm(presentGradients(gradients), normType));
  const factor = tidy(() => minimum(div(maxNorm, add(totalNorm, 1e-6)), 1) as Scalar);
  const scaled = scaleTensors(presentGradients(gradients), factor);
  const grads = mapGradients(gradients, () => scaled.shift()!);
  factor.dispose();
  return { grads, totalNorm };
}

function norm(gradients: readonly Tensor[], p: number): Scalar {
  if (gradients.length === 0) return scalar(0);
  if (p === 2) return globalNorm(gradients);
  if (p === Number.POSITIVE_INFINITY) return max(stack(gradients.map((gradient) => max(abs(gradient)))));
  return pow(addN(gradients.map((gradient) => sum(pow(abs(gradient), p)) as Scalar)), 1 / p);
}

/**
 * Limits every element of every gradient to `[−clipValue, clipValue]`, as `torch.nn.utils.clip_grad_value_` does.
 *
 * @returns new gradients under the same keys, for the caller to dispose; the given gradients stay as they are
 * @throws where `clipValue` is not a number of at least 0
 */
export function clipGradValue<G extends Gradients>(gradients: G, clipValue: number): G {
  checkValue('clipGradValue', 'gradients', gradients, gradientsKind);
  checkValue('clipGradValue', 'clipValue', clipValue, limit);
  return mapGradients(gradients, (gradient) => clipByValue(gradient, -clipValue, clipValue));
}

/** How a step limits its gradients. */
export interface ClipGradientsOptions {
  /** Limit each element of the gradients to ±this, before the norm is clipped. */
  clipGradValue?: number | undefined;
  /** Limit the norm of all gradients together. */
  clipGradNorm?: number | ({ maxNorm: number } & ClipGradNormOptions) | undefined;
}

/** The kinds of `ClipGradientsOptions`. `checkClipping` checks the options of an object. */
export const clippingKinds = {
  clipGradValue: kind.atLeast(0),
  clipGradNorm: kind.either(kind.atLeast(0), { ...kind.record, expected: 'an object with maxNorm' }),
};

const normKinds = { ...clipGradNormKinds, maxNorm: kind.required(kind.atLeast(0)) };

/** Checks the options of a norm that is given as an object. */
export function checkClipping(caller: string, { clipGradNorm }: ClipGradientsOptions): void {
  if (typeof clipGradNorm === 'object') checkOptions(`${caller}: clipGradNorm`, clipGradNorm, normKinds);
}

/**
 * Applies both limits of a step: first the limit of each element, then the limit of the norm.
 *
 * @returns new gradients under the same keys. Where the norm is limited, also the norm before it was limited. The
 *   caller disposes both. The given gradients stay as they are.
 * @throws where an option is unknown or not of its kind
 */
export function clipGradients<G extends Gradients>(
  gradients: G,
  options: ClipGradientsOptions,
): { grads: G; totalNorm?: Scalar } {
  const { clipGradValue: bound, clipGradNorm: limits } = checkOptions(
    'clipGradients',
    options,
    clippingKinds,
  );
  checkClipping('clipGradients', { clipGradNorm: limits });
  checkValue('clipGradients', 'gradients', gradients, gradientsKind);
  if (limits === undefined) {
    return {
      grads:
        bound === undefined
          ? mapGradients(gradients, (gradient) => clone(gradient))
          : clipGradValue(gradients, bound),
    };
  }
  const { maxNorm, ...normOptions } = typeof limits === 'object' ? limits : { maxNorm: limits };
  if (bound === undefined) return clipGradNorm(gradients, maxNorm, normOptions);
  const bounded = clipGradValue(gradients, bound);
  try {
    return clipGradNorm(bounded, maxNorm, normOptions);
  } finally {
    for (const gradient of presentGradients(bounded)) gradient.dispose();
  }
}

/**
 * Reads a norm, and rejects where it is NaN or infinite, as PyTorch's `error_if_nonfinite`. It is a function of its
 * own because it has to wait for the device.
 *
 * @returns the norm
 */
export async function checkFinite(totalNorm: Scalar): Promise<number> {
  checkValue('checkFinite', 'totalNorm', totalNorm, kind.required(kind.tensor));
  const [value] = await totalNorm.data();
  if (!Number.isFinite(value)) {
    throw new Error(`checkFinite: the norm of the gradients is ${value}; expected a finite number`);
  }
  return value!;
}
