import type { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { calculateFans } from './fan.ts';
import { type Drawing, drawingKinds, normal_, uniform_ } from './random.ts';

export interface XavierOptions extends Drawing {
  /** A factor for the nonlinearity after the layer, see `calculateGain`; 1 by default */
  gain?: number | undefined;
}

/** The kinds of `XavierOptions`. */
export const xavierKinds = { ...drawingKinds, gain: kind.finite };

/**
 * Draws from U(−b, b) with `b = gain·√(6 / (fanIn + fanOut))`: Glorot and Bengio, "Understanding the difficulty of training
 * deep feedforward neural networks" (AISTATS 2010).
 *
 * @throws where the tensor has fewer than two axes
 */
export function xavierUniform_<V extends Variable>(tensor: V, options: XavierOptions = {}): V {
  const { gain = 1, generator } = checkOptions('xavierUniform_', options, xavierKinds);
  const { fanIn, fanOut } = calculateFans('xavierUniform_', tensor);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(tensor, { a: -bound, b: bound, generator });
}

/**
 * Draws from N(0, std²) with `std = gain·√(2 / (fanIn + fanOut))`; see `xavierUniform_`.
 *
 * @throws where the tensor has fewer than two axes
 */
export function xavierNormal_<V extends Variable>(tensor: V, options: XavierOptions = {}): V {
  const { gain = 1, generator } = checkOptions('xavierNormal_', options, xavierKinds);
  const { fanIn, fanOut } = calculateFans('xavierNormal_', tensor);
  return normal_(tensor, { std: gain * Math.sqrt(2 / (fanIn + fanOut)), generator });
}
