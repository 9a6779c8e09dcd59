import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { type Entry, entry } from './kernel-lowering.ts';

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** The matrix behind a transposition, and whether it has to be transposed then: a flag of Gemm is cheaper than a copy. */
function untransposed(g: GraphBuilder, matrix: Ref, transposed: boolean): [Ref, boolean] {
  const source = g.transposeOf(matrix);
  return source ? [source, !transposed] : [matrix, transposed];
}

/** Swaps the last two axes. */
const swap = (g: GraphBuilder, x: Ref, swapped: boolean): Ref => {
  if (!swapped) return x;
  const axes = Array.from({ length: x.rank }, (_, i) => i);
  return g.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
};

export function product(g: GraphBuilder, a: Ref, b: Ref, { transposeA, transposeB }: Transposed): Ref {
  if (a.rank !== 2 || b.rank !== 2 || a.type !== 'float32') {
    return g.op('MatMul', [swap(g, a, transposeA), swap(g, b, transposeB)]);
  }
  const [left, transA] = untransposed(g, a, transposeA);
  const [right, transB] = untransposed(g, b, transposeB);
  return g.op('Gemm', [left, right], { transA: transA ? 1 : 0, transB: transB ? 1 : 0 });
}

/** The shape of a product of [batch…, rows, columns]. */
function productShape(
  a: readonly number[],
  b: readonly number[],
  { transposeA, transposeB }: Transposed,
): number[] {
  const [rows, innerA] = transposeA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
  const [innerB, columns] = transposeB ? [b.at(-1)!, b.at(-2)!] : [b.at(-2)!, b.at(-1)!];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.slice(0, -2), b.slice(0, -2));
  tf.util.assert(
    innerA === innerB,
    () =>
      `Error in matMul: inner shapes (${innerA}) and (${innerB}) of Tensors with shapes ${a} and ${b} and ` +
      `transposeA=${transposeA} and transposeB=${transposeB} must match.`,
  );
  return [...batch, rows, columns];
}

export const matMul: readonly Entry[] = [
  entry<tf.BatchMatMulInputs, tf.BatchMatMulAttrs, Transposed>(tf.BatchMatMul, {
    outputs: ({ a, b }, attrs) => [{ shape: productShape(a.shape, b.shape, attrs), dtype: a.dtype }],
    structure: (_, { transposeA, transposeB }) => ({ transposeA, transposeB }),
    lower: (g, { a, b }, structure) => [product(g, a, b, structure)],
  }),
];
