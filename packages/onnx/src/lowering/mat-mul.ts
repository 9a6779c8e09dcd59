import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { activated } from './activation.ts';
import { einsum } from './einsum.ts';
import { type Entry, entry, type TensorType } from './kernel-lowering.ts';
import { addPieces, cutAxis, type Pieces, piecesOf } from './pieces.ts';

interface Transposed {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

interface Product extends Transposed {
  /** The pieces of a long contraction */
  readonly pieces?: Pieces;
}

/** The longest contractions that are left to the runtime. It adds up matrices in blocks, but vectors in one pass. */
const PLAIN = { matrices: 16_384, vectors: 4_096 };

/**
 * The matrix before a transposition, and whether the product has to transpose it. A flag of Gemm is cheaper than a
 * copy.
 */
function untransposed(g: GraphBuilder, matrix: Ref, transposed: boolean): [Ref, boolean] {
  const source = g.transposeOf(matrix);
  return source ? [source, !transposed] : [matrix, transposed];
}

/**
 * Swaps the last two axes. ONNX Runtime makes a plain swap part of the product. It would merge a swap with a
 * transposition right before it. The merged transposition cannot be part of a product and costs a copy. A Reshape to
 * the same shape keeps the two apart.
 */
const swap = (g: GraphBuilder, x: Ref, swapped: boolean): Ref => {
  if (!swapped) return x;
  const axes = Array.from({ length: x.rank }, (_, i) => i);
  const apart = g.isTransposed(x) ? g.op('Reshape', [x, g.ints(...axes.map(() => 0))]) : x;
  return g.transpose(apart, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
};

function product(
  g: GraphBuilder,
  a: Ref,
  b: Ref,
  { transposeA, transposeB, pieces }: Product,
  numbers: readonly Ref[],
): Ref {
  if (pieces) return longProduct(g, a, b, { transposeA, transposeB }, pieces, numbers);
  if (a.rank !== 2 || b.rank !== 2 || a.type !== 'float32') {
    return g.op('MatMul', [swap(g, a, transposeA), swap(g, b, transposeB)]);
  }
  const [left, transA] = untransposed(g, a, transposeA);
  const [right, transB] = untransposed(g, b, transposeB);
  return g.op('Gemm', [left, right], { transA: transA ? 1 : 0, transB: transB ? 1 : 0 });
}

/** [batch…, M, K]·[batch…, K, N] as the sum of [batch…, P, M, S]·[batch…, P, S, N] over the pieces P. */
function longProduct(
  g: GraphBuilder,
  a: Ref,
  b: Ref,
  { transposeA, transposeB }: Transposed,
  pieces: Pieces,
  numbers: readonly Ref[],
): Ref {
  const [left, transA] = untransposed(g, a, transposeA);
  const [right, transB] = untransposed(g, b, transposeB);
  const rows = cutAxis(g, left, left.rank - (transA ? 2 : 1), pieces, numbers);
  const columns = cutAxis(g, right, right.rank - (transB ? 1 : 2), pieces, numbers);
  const parts = g.op('MatMul', [
    turnLast(g, rows, transA ? [0, 2, 1] : [1, 0, 2]),
    turnLast(g, columns, transB ? [1, 2, 0] : [0, 1, 2]),
  ]);
  return addPieces(g, parts, parts.rank - 3);
}

/** Reorders the last three axes. */
function turnLast(g: GraphBuilder, x: Ref, order: readonly number[]): Ref {
  if (order.every((axis, i) => axis === i)) return x;
  const batch = Array.from({ length: x.rank - 3 }, (_, i) => i);
  return g.transpose(x, [...batch, ...order.map((axis) => x.rank - 3 + axis)]);
}

/** How a product is cut; undefined where its contraction is short, or of integers, which add up exactly. */
function longContraction(a: TensorType, b: TensorType, { transposeA, transposeB }: Transposed) {
  const [m, k] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const n = b.shape.at(transposeB ? -2 : -1)!;
  const plain = m === 1 || n === 1 ? PLAIN.vectors : PLAIN.matrices;
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || k <= plain) return undefined;
  return piecesOf(k, (m * n) / Math.max(m + n, 1));
}

function structureOf(a: TensorType, b: TensorType, { transposeA, transposeB }: Transposed): Product {
  const pieces = longContraction(a, b, { transposeA, transposeB })?.pieces;
  return { transposeA, transposeB, ...(pieces && { pieces }) };
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
  entry<tf.BatchMatMulInputs, tf.BatchMatMulAttrs, Product>(tf.BatchMatMul, {
    outputs: ({ a, b }, attrs) => [{ shape: productShape(a.shape, b.shape, attrs), dtype: a.dtype }],
    structure: ({ a, b }, attrs) => structureOf(a, b, attrs),
    numbers: ({ a, b }, attrs) => longContraction(a, b, attrs)?.numbers ?? [],
    lower: (g, { a, b }, structure, numbers) => [product(g, a, b, structure, numbers)],
  }),
  entry<tf._FusedMatMulInputs, tf._FusedMatMulAttrs, Product & { activation: string; alpha: number }>(
    tf._FusedMatMul,
    {
      outputs: ({ a, b }, attrs) => [{ shape: productShape(a.shape, b.shape, attrs), dtype: a.dtype }],
      structure: ({ a, b }, attrs) => ({
        ...structureOf(a, b, attrs),
        activation: attrs.activation ?? 'linear',
        alpha: attrs.leakyreluAlpha ?? 0.2,
      }),
      numbers: ({ a, b }, attrs) => longContraction(a, b, attrs)?.numbers ?? [],
      lower: (g, inputs, structure, numbers) => {
        const { a, b, bias, preluActivationWeights } = inputs as Record<string, Ref>;
        const y = product(g, a!, b!, structure, numbers);
        const { activation, alpha } = structure;
        return [activated(g, bias ? g.op('Add', [y, bias]) : y, activation, preluActivationWeights, alpha)];
      },
    },
  ),
  einsum,
];
