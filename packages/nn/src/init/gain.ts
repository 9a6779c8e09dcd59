import { ArgumentError } from '@unroll/backend/errors';
/** The functions for which PyTorch has a gain, by PyTorch's names. */
export type GainNonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv_transpose1d'
  | 'conv_transpose2d'
  | 'conv_transpose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky_relu'
  | 'selu';

export const gains: Readonly<Record<GainNonlinearity, (param: number) => number>> = {
  linear: () => 1,
  conv1d: () => 1,
  conv2d: () => 1,
  conv3d: () => 1,
  conv_transpose1d: () => 1,
  conv_transpose2d: () => 1,
  conv_transpose3d: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leaky_relu: (negativeSlope) => Math.sqrt(2 / (1 + negativeSlope ** 2)),
  selu: () => 3 / 4,
};

/**
 * The factor that scales a nonlinearity's weights so that variances stay the same: 1 for linear maps and the sigmoid,
 * 5/3 for tanh, √2 for ReLU, √(2/(1+slope²)) for leaky ReLU, 3/4 for SELU.
 *
 * @param param leaky ReLU's negative slope, 0.01 by default
 */
export function calculateGain(nonlinearity: GainNonlinearity, param = 0.01): number {
  if (!Object.hasOwn(gains, nonlinearity)) {
    throw new ArgumentError(
      'calculateGain',
      'nonlinearity',
      `is ${nonlinearity}; expected one of ${Object.keys(gains).join(', ')}`,
    );
  }
  return gains[nonlinearity](param);
}
