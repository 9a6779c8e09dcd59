import type { Variable } from '@tensorflow/tfjs-core';
import { defaultGenerator, type Generator } from '../random.ts';
import { shapeText } from '../shape-text.ts';
import { normalCdf, normalQuantile } from './normal-distribution.ts';
import { overwriteEach } from './overwrite.ts';

/** Where an initializer's random numbers come from. */
export interface Drawing {
  /** Absent: the default generator, which `manualSeed` seeds */
  generator?: Generator | undefined;
}

export interface UniformOptions extends Drawing {
  /** Lower bound, 0 by default */
  a?: number | undefined;
  /** Upper bound, 1 by default */
  b?: number | undefined;
}

/** Draws each element from U(a, b). */
export function uniform_<V extends Variable>(
  tensor: V,
  { a = 0, b = 1, generator = defaultGenerator }: UniformOptions = {},
): V {
  if (!(a <= b)) throw new Error(`uniform_: a is ${a} and b is ${b}; expected a ≤ b`);
  return overwriteEach(tensor, () => a + (b - a) * generator.uniform());
}

export interface NormalOptions extends Drawing {
  /** 0 by default */
  mean?: number | undefined;
  /** Standard deviation, 1 by default */
  std?: number | undefined;
}

/** Draws each element from N(mean, std²). */
export function normal_<V extends Variable>(
  tensor: V,
  { mean = 0, std = 1, generator = defaultGenerator }: NormalOptions = {},
): V {
  checkStd('normal_', std);
  return overwriteEach(tensor, () => mean + std * generator.normal());
}

export interface TruncNormalOptions extends NormalOptions {
  /** Least value, -2 by default */
  a?: number | undefined;
  /** Greatest value, 2 by default */
  b?: number | undefined;
}

/**
 * Draws each element from N(mean, std²) cut to [a, b]: the quantile at a uniform number between those of the bounds. The
 * bounds are values, not multiples of `std`.
 */
export function truncNormal_<V extends Variable>(
  tensor: V,
  { mean = 0, std = 1, a = -2, b = 2, generator = defaultGenerator }: TruncNormalOptions = {},
): V {
  checkStd('truncNormal_', std);
  if (!(a <= b)) throw new Error(`truncNormal_: a is ${a} and b is ${b}; expected a ≤ b`);
  const low = normalCdf((a - mean) / std);
  const high = normalCdf((b - mean) / std);
  return overwriteEach(tensor, () => {
    const value = mean + std * normalQuantile(low + (high - low) * generator.uniform());
    return Math.min(b, Math.max(a, value));
  });
}

export interface SparseOptions extends Drawing {
  /** Standard deviation of the elements that are not 0; 0.01 by default */
  std?: number | undefined;
}

/**
 * Draws a matrix from N(0, std²) and zeroes the fraction `sparsity` of each column, rounded up, at random rows: Martens,
 * "Deep learning via Hessian-free optimization" (ICML 2010).
 *
 * @throws where the tensor does not have two axes, or `sparsity` is not in [0, 1]
 */
export function sparse_<V extends Variable>(
  tensor: V,
  sparsity: number,
  { std = 0.01, generator = defaultGenerator }: SparseOptions = {},
): V {
  const [rows, columns] = tensor.shape;
  if (tensor.rank !== 2) {
    throw new Error(`sparse_: tensor has shape ${shapeText(tensor.shape)}; expected 2 axes`);
  }
  if (!(sparsity >= 0 && sparsity <= 1)) {
    throw new Error(`sparse_: sparsity is ${sparsity}; expected a fraction in [0, 1]`);
  }
  checkStd('sparse_', std);
  const zerosPerColumn = Math.ceil(sparsity * rows!);
  const isZero = new Uint8Array(tensor.size);
  for (let column = 0; column < columns!; column++) {
    for (const row of choose(zerosPerColumn, rows!, generator)) isZero[row * columns! + column] = 1;
  }
  let index = 0;
  return overwriteEach(tensor, () => (isZero[index++] ? 0 : std * generator.normal()));
}

/** `count` different integers below `total`, by the first steps of Fisher and Yates' shuffle. */
function choose(count: number, total: number, generator: Generator): number[] {
  const order = Array.from({ length: total }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(generator.uniform() * (total - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.slice(0, count);
}

function checkStd(operation: string, std: number): void {
  if (!(std >= 0)) throw new Error(`${operation}: std is ${std}; expected a number of at least 0`);
}
