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

export const matMul: readonly Entry[] = [
  // The engine has the tensors as [batch…, rows, columns], of as many axes each.
  entry<tf.BatchMatMulInputs, tf.BatchMatMulAttrs, Transposed>(tf.BatchMatMul, {
    outputs: ({ a, b }, { transposeA, transposeB }) => {
      const [rows, innerA] = transposeA
        ? [a.shape.at(-1)!, a.shape.at(-2)!]
        : [a.shape.at(-2)!, a.shape.at(-1)!];
      const [innerB, columns] = transposeB
        ? [b.shape.at(-1)!, b.shape.at(-2)!]
        : [b.shape.at(-2)!, b.shape.at(-1)!];
      const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
      tf.util.assert(
        innerA === innerB,
        () =>
          `Error in matMul: inner shapes (${innerA}) and (${innerB}) of Tensors with shapes ${a.shape} and ` +
          `${b.shape} and transposeA=${transposeA} and transposeB=${transposeB} must match.`,
      );
      return [{ shape: [...batch, rows, columns], dtype: a.dtype }];
    },
    structure: (_, { transposeA, transposeB }) => ({ transposeA, transposeB }),
    lower: (g, { a, b }, structure) => [product(g, a, b, structure)],
  }),
];
