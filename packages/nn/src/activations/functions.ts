import {
  add,
  clipByValue,
  customGrad,
  div,
  erf,
  expm1,
  type GradSaveFunc,
  greater,
  less,
  logicalAnd,
  minimum,
  mul,
  relu,
  sigmoid,
  square,
  type Tensor,
  tanh,
  leakyRelu as tfLeakyRelu,
  softmax as tfSoftmax,
  softplus as tfSoftplus,
  tidy,
  transpose,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { logSoftmax as logSoftmaxOfLast, withoutGradient } from '@unroll/backend/operations';
import { axisOf } from './axis.ts';

export { relu, sigmoid, tanh };

export interface LeakyReLUOptions {
  /** Slope below 0. Default 0.01. */
  negativeSlope?: number | undefined;
}

export const leakyReluKinds = { negativeSlope: kind.number };

/** `x` above 0, `negativeSlope·x` below. */
export function leakyRelu(input: Tensor, options: LeakyReLUOptions = {}): Tensor {
  const { negativeSlope = 0.01 } = checkOptions('leakyRelu', options, leakyReluKinds);
  return tfLeakyRelu(input, negativeSlope);
}

export interface ELUOptions {
  /** The function approaches −α at −∞. Default 1. */
  alpha?: number | undefined;
}

export const eluKinds = { alpha: kind.number };

/** `x` above 0, `α·(eˣ − 1)` below. */
export function elu(input: Tensor, options: ELUOptions = {}): Tensor {
  const { alpha = 1 } = checkOptions('elu', options, eluKinds);
  return tidy(() => add(relu(input), mul(expm1(minimum(input, 0)), alpha)));
}

export interface GELUOptions {
  /** `none`: the exact distribution function, by erf; `tanh`: the approximation of the paper. Default 'none'. */
  approximate?: 'none' | 'tanh' | undefined;
}

export const geluKinds = { approximate: kind.choice('none', 'tanh') };

const gelus: Readonly<Record<NonNullable<GELUOptions['approximate']>, (x: Tensor) => Tensor>> = {
  none: (x) => erf(mul(x, Math.SQRT1_2)),
  tanh: (x) => tanh(mul(add(x, mul(mul(x, square(x)), 0.044715)), Math.sqrt(2 / Math.PI))),
};

/**
 * `x·Φ(x)` with the normal distribution function `Φ(x) = ½·(1 + erf(x/√2)) ≈ ½·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`:
 * Hendrycks and Gimpel, "Gaussian error linear units" (2016).
 *
 * @throws where `approximate` is unknown
 */
export function gelu(input: Tensor, options: GELUOptions = {}): Tensor {
  const { approximate = 'none' } = checkOptions('gelu', options, geluKinds);
  return tidy(() => mul(mul(input, 0.5), add(gelus[approximate](input), 1)));
}

/** `x·σ(x)`, also called swish. */
export function silu(input: Tensor): Tensor {
  return tidy(() => mul(input, sigmoid(input)));
}

export interface SoftplusOptions {
  /** Default 1 */
  beta?: number | undefined;
  /** Where `β·x` exceeds it, the result is `x`. Default 20. */
  threshold?: number | undefined;
}

export const softplusKinds = { beta: kind.number, threshold: kind.number };

/** `log(1 + e^(β·x)) / β`, a smooth ReLU, whose gradient is `σ(β·x)`. */
export function softplus(input: Tensor, options: SoftplusOptions = {}): Tensor {
  const { beta = 1, threshold = 20 } = checkOptions('softplus', options, softplusKinds);
  return customGrad((x, save) => {
    (save as GradSaveFunc)([x as Tensor]);
    const isLinear = (scaled: Tensor) => withoutGradient(() => greater(scaled, threshold));
    const scaled = mul(x as Tensor, beta);
    return {
      value: where(isLinear(scaled), x as Tensor, div(tfSoftplus(scaled), beta)),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => {
        const scaledAgain = mul(saved!, beta);
        return where(isLinear(scaledAgain), dy, mul(dy, sigmoid(scaledAgain)));
      },
    };
  })(input);
}

export interface HardtanhOptions {
  /** Default −1 */
  minVal?: number | undefined;
  /** Default 1 */
  maxVal?: number | undefined;
}

/**
 * The input limited to [minVal, maxVal]. Its gradient is 0 at the bounds, unlike that of `tf.clipByValue`.
 *
 * @throws where `minVal` is not below `maxVal`
 */
export function hardtanh(input: Tensor, options: HardtanhOptions = {}): Tensor {
  const { minVal = -1, maxVal = 1 } = checkedBounds('hardtanh', options);
  return customGrad((x, save) => {
    (save as GradSaveFunc)([x as Tensor]);
    return {
      value: clipByValue(x as Tensor, minVal, maxVal),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) =>
        where(
          withoutGradient(() => logicalAnd(greater(saved!, minVal), less(saved!, maxVal))),
          dy,
          zerosLike(dy),
        ),
    };
  })(input);
}

const hardtanhKinds = { minVal: kind.number, maxVal: kind.number };

export function checkedBounds(operation: string, options: HardtanhOptions): HardtanhOptions {
  const bounds = checkOptions(operation, options, hardtanhKinds);
  const { minVal = -1, maxVal = 1 } = bounds;
  if (minVal < maxVal) return bounds;
  throw new ArgumentError(
    operation,
    'minVal',
    `is ${minVal} and maxVal is ${maxVal}; expected minVal < maxVal`,
  );
}

export interface DimOptions {
  /** The axis along which the results sum to 1; negative axes count from the end */
  dim: number;
}

export const dimKinds = { dim: kind.required(kind.whole()) };

/**
 * `e^{x_i} / Σ_j e^{x_j}` along an axis.
 *
 * @throws where the input has no such axis
 */
export function softmax(input: Tensor, options: DimOptions): Tensor {
  const { dim } = checkOptions('softmax', options, dimKinds);
  return alongAxis('softmax', input, dim, tfSoftmax);
}

/**
 * `x_i − log Σ_j e^{x_j}` along an axis.
 *
 * @throws where the input has no such axis
 */
export function logSoftmax(input: Tensor, options: DimOptions): Tensor {
  const { dim } = checkOptions('logSoftmax', options, dimKinds);
  return alongAxis('logSoftmax', input, dim, logSoftmaxOfLast);
}

/** tfjs's softmaxes take only the last axis, so the axis is swapped with the last one and back. */
function alongAxis(operation: string, input: Tensor, dim: number, last: (x: Tensor) => Tensor): Tensor {
  const axis = axisOf(operation, input, dim);
  const { rank } = input;
  if (axis === rank - 1) return last(input);
  const exchanged = Array.from({ length: rank }, (_, i) => i);
  exchanged[axis] = rank - 1;
  exchanged[rank - 1] = axis;
  return tidy(() => transpose(last(transpose(input, exchanged)), exchanged));
}
