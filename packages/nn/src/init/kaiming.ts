import type { Variable } from '@tensorflow/tfjs-core';
import { calculateFans, type FanMode } from './fan.ts';
import { calculateGain, type Nonlinearity } from './gain.ts';
import { type Drawing, normal_, uniform_ } from './random.ts';

export interface KaimingOptions extends Drawing {
  /** Negative slope of a leaky ReLU, 0 by default; other nonlinearities do not read it. */
  a?: number | undefined;
  /** `fan_in` (default) keeps variances forward, `fan_out` backward. */
  mode?: FanMode | undefined;
  /** `leaky_relu` by default */
  nonlinearity?: Nonlinearity | undefined;
}

/** `gain / √fan`, the standard deviation of He et al. */
function kaimingStd(
  operation: string,
  shape: readonly number[],
  { a = 0, mode = 'fan_in', nonlinearity = 'leaky_relu' }: KaimingOptions,
): number {
  const { fanIn, fanOut } = calculateFans(operation, shape);
  if (mode !== 'fan_in' && mode !== 'fan_out') {
    throw new Error(`${operation}: mode is ${String(mode)}; expected fan_in or fan_out`);
  }
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fan_in' ? fanIn : fanOut);
}

/**
 * Draws from U(−b, b) with `b = gain·√(3 / fan)`: He et al., "Delving deep into rectifiers" (ICCV 2015).
 *
 * @throws where the tensor has fewer than two axes
 */
export function kaimingUniform_<V extends Variable>(tensor: V, options: KaimingOptions = {}): V {
  const bound = Math.sqrt(3) * kaimingStd('kaimingUniform_', tensor.shape, options);
  return uniform_(tensor, { a: -bound, b: bound, generator: options.generator });
}

/**
 * Draws from N(0, std²) with `std = gain / √fan`; see `kaimingUniform_`.
 *
 * @throws where the tensor has fewer than two axes
 */
export function kaimingNormal_<V extends Variable>(tensor: V, options: KaimingOptions = {}): V {
  const std = kaimingStd('kaimingNormal_', tensor.shape, options);
  return normal_(tensor, { std, generator: options.generator });
}
