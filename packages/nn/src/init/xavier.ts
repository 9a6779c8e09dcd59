import type { Variable } from '@tensorflow/tfjs-core';
import { calculateFans } from './fan.ts';
import { type Drawing, normal_, uniform_ } from './random.ts';

export interface XavierOptions extends Drawing {
  /** A factor for the nonlinearity that follows, see `calculateGain`; 1 by default */
  gain?: number | undefined;
}

/**
 * Draws from U(−b, b) with `b = gain·√(6 / (fanIn + fanOut))`: Glorot and Bengio, "Understanding the difficulty of training
 * deep feedforward neural networks" (AISTATS 2010).
 *
 * @throws where the tensor has fewer than two axes
 */
export function xavierUniform_<V extends Variable>(
  tensor: V,
  { gain = 1, generator }: XavierOptions = {},
): V {
  const { fanIn, fanOut } = calculateFans('xavierUniform_', tensor.shape);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(tensor, { a: -bound, b: bound, generator });
}

/**
 * Draws from N(0, std²) with `std = gain·√(2 / (fanIn + fanOut))`; see `xavierUniform_`.
 *
 * @throws where the tensor has fewer than two axes
 */
export function xavierNormal_<V extends Variable>(tensor: V, { gain = 1, generator }: XavierOptions = {}): V {
  const { fanIn, fanOut } = calculateFans('xavierNormal_', tensor.shape);
  return normal_(tensor, { std: gain * Math.sqrt(2 / (fanIn + fanOut)), generator });
}
