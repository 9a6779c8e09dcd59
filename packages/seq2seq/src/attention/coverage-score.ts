import { matMul, mul, type Rank, reshape, type Tensor3D, type Variable } from '@tensorflow/tfjs-core';

/**
 * `coverage[t, s]·(query[t]·w)`, `[N, T, S]`: what a product with keys gains where each key has its coverage times w added, since
 * `q·(k + c·w) = q·k + c·(q·w)`.
 */
export function coverageScore(query: Tensor3D, coverage: Tensor3D, weight: Variable<Rank.R1>): Tensor3D {
  const [sources, steps, features] = query.shape;
  const alongWeight = matMul(reshape(query, [sources * steps, features]), reshape(weight, [features, 1]));
  return mul(coverage, reshape(alongWeight, [sources, steps, 1]));
}
