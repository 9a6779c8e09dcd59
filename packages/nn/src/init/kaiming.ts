import type { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { calculateFans, type FanMode } from './fan.ts';
import { calculateGain, type GainNonlinearity, gains } from './gain.ts';
import { type Drawing, drawingKinds, normal_, uniform_ } from './random.ts';

export interface KaimingOptions extends Drawing {
  /** Negative slope of a leaky ReLU, 0 by default; other nonlinearities ignore it. */
  a?: number | undefined;
  /** `fan_in` (default) preserves variances in the forward pass, `fan_out` in the backward pass. */
  mode?: FanMode | undefined;
  /** `leaky_relu` by default */
  nonlinearity?: GainNonlinearity | undefined;
}

const kinds = {
  ...drawingKinds,
  a: kind.finite,
  mode: kind.choice('fan_in', 'fan_out'),
  nonlinearity: kind.keyOf(gains),
};

/** `gain / √fan`, the standard deviation of He et al. */
function kaimingStd(operation: string, tensor: Variable, options: KaimingOptions): number {
  const { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' } = checkOptions(operation, options, kinds);
  const { fanIn, fanOut } = calculateFans(operation, tensor);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}

/**
 * Draws from U(−b, b) with `b = gain·√(3 / fan)`: He et al., "Delving deep into rectifiers" (ICCV 2015).
 *
 * @throws where the tensor has fewer than two axes
 */
export function kaimingUniform_<V extends Variable>(tensor: V, options: KaimingOptions = {}): V {
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform_', tensor, options);
  return uniform_(tensor, { a: -bound, b: bound, generator: options.generator });
}

/**
 * Draws from N(0, std²) with `std = gain / √fan`; see `kaimingUniform_`.
 *
 * @throws where the tensor has fewer than two axes
 */
export function kaimingNormal_<V extends Variable>(tensor: V, options: KaimingOptions = {}): V {
  const std = kaimingStd('kaimingNormal_', tensor, options);
  return normal_(tensor, { std, generator: options.generator });
}
