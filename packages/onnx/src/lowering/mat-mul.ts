import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { activated } from './activation.ts';
import { type Entry, entry, type TensorType } from './kernel-lowering.ts';

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
  entry<tf._FusedMatMulInputs, tf._FusedMatMulAttrs, Transposed & { activation: string; alpha: number }>(
    tf._FusedMatMul,
    {
      outputs: ({ a, b }, attrs) => [{ shape: productShape(a.shape, b.shape, attrs), dtype: a.dtype }],
      structure: (_, { transposeA, transposeB, activation, leakyreluAlpha }) => ({
        transposeA,
        transposeB,
        activation: activation ?? 'linear',
        alpha: leakyreluAlpha ?? 0.2,
      }),
      lower: (g, inputs, structure) => {
        const { a, b, bias, preluActivationWeights } = inputs as Record<string, Ref>;
        const y = product(g, a!, b!, structure);
        const { activation, alpha } = structure;
        return [activated(g, bias ? g.op('Add', [y, bias]) : y, activation, preluActivationWeights, alpha)];
      },
    },
  ),
  entry<tf.EinsumInputs, tf.EinsumAttrs, { equation: string; rank: number }>(tf.Einsum, {
    unsupported: (inputs) => {
      const tensors = Object.values(inputs as object) as TensorType[];
      return tensors.some(({ dtype }) => dtype !== 'float32') ? 'of integers' : undefined;
    },
    outputs: (inputs, { equation }) => [
      { shape: einsumShape(Object.values(inputs as object) as TensorType[], equation), dtype: 'float32' },
    ],
    structure: (inputs, { equation }) => ({
      equation,
      rank: einsumShape(Object.values(inputs as object) as TensorType[], equation).length,
    }),
    lower: (g, inputs, { equation, rank }) => [
      g.op('Einsum', Object.values(inputs as object) as Ref[], { equation }, { type: 'float32', rank }),
    ],
  }),
];

/** tfjs's checks of the equation, and the sizes of its output's indices. */
function einsumShape(tensors: readonly TensorType[], equation: string): number[] {
  const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
  tf.backend_util.checkEinsumDimSizes(
    allDims.length,
    idDims,
    tensors.map(({ shape }) => ({ shape }) as unknown as tf.Tensor),
  );
  const sizeOf = (dim: number): number => {
    const tensor = idDims.findIndex((dims) => dims.includes(dim));
    return tensors[tensor]!.shape[idDims[tensor]!.indexOf(dim)]!;
  };
  return allDims
    .map((_, dim) => dim)
    .filter((dim) => !summedDims.includes(dim))
    .map(sizeOf);
}
