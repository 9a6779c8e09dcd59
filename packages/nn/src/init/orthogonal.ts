import type { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, checkRankAtLeast } from '@unroll/backend/checks';
import { defaultGenerator } from '../random/default-generator.ts';
import { overwriteEach } from './overwrite.ts';
import { type XavierOptions, xavierKinds } from './xavier.ts';

/**
 * Makes the tensor, as a matrix `[shape[0], rest]`, a random matrix with orthonormal rows or columns, whichever are
 * fewer, times `gain`: Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural
 * networks" (ICLR 2014). It is the Q of a QR decomposition of normal numbers, with the signs that make R's diagonal
 * positive. All orthogonal matrices are then equally likely.
 *
 * @throws where the tensor has fewer than two axes
 */
export function orthogonal_<V extends Variable>(tensor: V, options: XavierOptions = {}): V {
  const { gain = 1, generator = defaultGenerator } = checkOptions('orthogonal_', options, xavierKinds);
  checkRankAtLeast('orthogonal_', 'tensor', tensor, 2);
  const rows = tensor.shape[0]!;
  const columns = rows === 0 ? 0 : tensor.size / rows;
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  const vectors = Array.from({ length: count }, () =>
    Float64Array.from({ length }, () => generator.normal()),
  );
  orthonormalize(vectors);
  let index = 0;
  return overwriteEach('orthogonal_', tensor, () => {
    const row = Math.floor(index / columns);
    const column = index++ % columns;
    return gain * (rows < columns ? vectors[row]![column]! : vectors[column]![row]!);
  });
}

/**
 * Modified Gram–Schmidt in place. The rest of each vector has a positive product with the vector, which is R's
 * positive diagonal.
 */
function orthonormalize(vectors: readonly Float64Array[]): void {
  vectors.forEach((vector, i) => {
    for (;;) {
      const before = norm(vector);
      for (const earlier of vectors.slice(0, i)) subtractMultiple(vector, dot(vector, earlier), earlier);
      const after = norm(vector);
      for (let k = 0; k < vector.length; k++) vector[k]! /= after;
      // Much cancellation means a large rounding error. A second pass removes it (Kahan's "twice is enough").
      if (!(after < before / 2)) return;
    }
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let k = 0; k < a.length; k++) total += a[k]! * b[k]!;
  return total;
}

const norm = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));

function subtractMultiple(vector: Float64Array, factor: number, other: Float64Array): void {
  for (let k = 0; k < vector.length; k++) vector[k]! -= factor * other[k]!;
}
