import type { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, checkRank, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { defaultGenerator } from '../random/default-generator.ts';
import { RandomGenerator } from '../random/random-generator.ts';
import { normalCdf, normalQuantile } from './normal-distribution.ts';
import { overwriteEach } from './overwrite.ts';

/** The source of an initializer's random numbers. */
export interface Drawing {
  /** Absent: the default generator, which `manualSeed` seeds */
  generator?: RandomGenerator | undefined;
}

/** The kinds of a `Drawing`. */
export const drawingKinds = {
  generator: {
    expected: 'an nn.RandomGenerator',
    fits: (value: unknown) => value instanceof RandomGenerator,
  },
};

export interface UniformOptions extends Drawing {
  /** Lower bound, 0 by default */
  a?: number | undefined;
  /** Upper bound, 1 by default */
  b?: number | undefined;
}

const uniformKinds = { ...drawingKinds, a: kind.number, b: kind.number };

/** Draws each element from U(a, b). */
export function uniform_<V extends Variable>(tensor: V, options: UniformOptions = {}): V {
  const { a = 0, b = 1, generator = defaultGenerator } = checkOptions('uniform_', options, uniformKinds);
  if (!(a <= b)) throw new ArgumentError('uniform_', 'a', `is ${a} and b is ${b}; expected a ≤ b`);
  return overwriteEach('uniform_', tensor, () => a + (b - a) * generator.uniform());
}

export interface NormalOptions extends Drawing {
  /** 0 by default */
  mean?: number | undefined;
  /** Standard deviation, 1 by default */
  std?: number | undefined;
}

const normalKinds = { ...drawingKinds, mean: kind.finite, std: kind.atLeast(0) };

/** Draws each element from N(mean, std²). */
export function normal_<V extends Variable>(tensor: V, options: NormalOptions = {}): V {
  const { mean = 0, std = 1, generator = defaultGenerator } = checkOptions('normal_', options, normalKinds);
  return overwriteEach('normal_', tensor, () => mean + std * generator.normal());
}

export interface TruncNormalOptions extends NormalOptions {
  /** Least value, -2 by default */
  a?: number | undefined;
  /** Greatest value, 2 by default */
  b?: number | undefined;
}

const truncNormalKinds = { ...normalKinds, a: kind.number, b: kind.number };

/**
 * Draws each element from N(mean, std²) cut to [a, b]. It takes the quantile at a uniform number between the
 * probabilities of the bounds. The bounds are values, not multiples of `std`.
 */
export function truncNormal_<V extends Variable>(tensor: V, options: TruncNormalOptions = {}): V {
  const given = checkOptions('truncNormal_', options, truncNormalKinds);
  const { mean = 0, std = 1, a = -2, b = 2, generator = defaultGenerator } = given;
  if (!(a <= b)) throw new ArgumentError('truncNormal_', 'a', `is ${a} and b is ${b}; expected a ≤ b`);
  const low = normalCdf((a - mean) / std);
  const high = normalCdf((b - mean) / std);
  return overwriteEach('truncNormal_', tensor, () => {
    const value = mean + std * normalQuantile(low + (high - low) * generator.uniform());
    return Math.min(b, Math.max(a, value));
  });
}

export interface SparseOptions extends Drawing {
  /** Standard deviation of the elements that are not 0; 0.01 by default */
  std?: number | undefined;
}

const fraction = kind.required({ ...kind.inside('[0, 1]'), expected: 'a fraction in [0, 1]' });

const sparseKinds = { ...drawingKinds, std: kind.atLeast(0) };

/**
 * Draws a matrix from N(0, std²) and sets the fraction `sparsity` of each column, rounded up, to 0 at random rows:
 * Martens, "Deep learning via Hessian-free optimization" (ICML 2010).
 *
 * @throws where the tensor does not have two axes, or `sparsity` is not in [0, 1]
 */
export function sparse_<V extends Variable>(tensor: V, sparsity: number, options: SparseOptions = {}): V {
  const { std = 0.01, generator = defaultGenerator } = checkOptions('sparse_', options, sparseKinds);
  checkRank('sparse_', 'tensor', tensor, 2);
  const [rows, columns] = tensor.shape;
  checkValue('sparse_', 'sparsity', sparsity, fraction);
  const zerosPerColumn = Math.ceil(sparsity * rows!);
  const isZero = new Uint8Array(tensor.size);
  for (let column = 0; column < columns!; column++) {
    for (const row of choose(zerosPerColumn, rows!, generator)) isZero[row * columns! + column] = 1;
  }
  let index = 0;
  return overwriteEach('sparse_', tensor, () => (isZero[index++] ? 0 : std * generator.normal()));
}

/** `count` different integers below `total`, by the first steps of Fisher and Yates' shuffle. */
function choose(count: number, total: number, generator: RandomGenerator): number[] {
  const order = Array.from({ length: total }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(generator.uniform() * (total - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.slice(0, count);
}
