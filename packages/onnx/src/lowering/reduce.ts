import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { type Entry, entry, type TensorType } from './kernel-lowering.ts';

interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

interface ReductionAttrs {
  axis?: number | number[] | null;
  /** Max's name for them */
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

function reduction(
  { shape }: TensorType,
  { axis, reductionIndices, keepDims = false }: ReductionAttrs,
): Reduction {
  const axes = axis ?? reductionIndices ?? (null as unknown as number[]);
  return { axes: tf.util.parseAxisParam(axes, [...shape]), keepDims };
}

function reducedShape({ shape }: TensorType, { axes, keepDims }: Reduction): number[] {
  return shape.flatMap((size, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [size]));
}

type Reduce = (g: GraphBuilder, x: Ref, reduction: Reduction) => Ref;

const operator =
  (type: string): Reduce =>
  (g, x, { axes, keepDims }) =>
    g.reduce(type, x, axes, keepDims);

/** Through integers, as ONNX reduces numbers only. */
const truth =
  (type: string): Reduce =>
  (g, x, reduction) =>
    g.cast(operator(type)(g, g.cast(x, 'int32'), reduction), 'bool');

/** A sum over a transposed matrix is one over the matrix itself, along the other axis. */
const sum: Reduce = (g, x, reduction) => {
  const { axes, keepDims } = reduction;
  const source = g.transposeOf(x);
  if (source && axes.length === 1 && !keepDims) return g.reduce('ReduceSum', source, [1 - axes[0]!]);
  return operator('ReduceSum')(g, x.type === 'bool' ? g.cast(x, 'int32') : x, reduction);
};

/** ONNX Runtime passes over NaN, in reductions to the largest and smallest. */
const extreme =
  (type: string): Reduce =>
  (g, x, reduction) => {
    const result = operator(type)(g, x, reduction);
    if (x.type !== 'float32' || reduction.axes.length === 0) return result;
    const anyNaN = operator('ReduceMax')(g, g.cast(g.op('IsNaN', [x]), 'int32'), reduction);
    const nan = g.op('Div', [g.constant(0), g.constant(0)]);
    return g.op('Where', [g.cast(anyNaN, 'bool'), nan, result]);
  };

type OutputType = (dtype: tf.DataType) => tf.DataType;
const same: OutputType = (dtype) => dtype;

/** Kernel, the operator, and the dtype of what it returns. */
const reductions: readonly (readonly [string, Reduce, OutputType])[] = [
  [tf.Sum, sum, (dtype) => (dtype === 'bool' ? 'int32' : dtype)],
  [tf.Mean, (g, x, r) => operator('ReduceMean')(g, g.cast(x, 'float32'), r), () => 'float32'],
  [
    tf.Prod,
    (g, x, r) => operator('ReduceProd')(g, x.type === 'bool' ? g.cast(x, 'int32') : x, r),
    (dtype) => (dtype === 'bool' ? 'int32' : dtype),
  ],
  [tf.Max, extreme('ReduceMax'), same],
  [tf.Min, extreme('ReduceMin'), same],
  [tf.All, truth('ReduceMin'), same],
  [tf.Any, truth('ReduceMax'), same],
];

/** NaN is never the largest or smallest: it counts as `worst`. */
const argument = (kernel: string, type: string, worst: number): Entry =>
  entry<{ x: tf.TensorInfo }, { axis: number }, number>(kernel, {
    unsupported: ({ x }) => (x.dtype === 'bool' ? 'of bool' : undefined),
    outputs: ({ x }, { axis }) => {
      const axes = tf.util.parseAxisParam(axis, [...x.shape]);
      return [{ shape: x.shape.filter((_, i) => i !== axes[0]), dtype: 'int32' }];
    },
    structure: ({ x }, { axis }) => tf.util.parseAxisParam(axis, [...x.shape])[0]!,
    lower: (g, { x }, axis) => {
      const infinity = g.op('Div', [g.constant(worst), g.constant(0)]);
      const numbers = x.type === 'float32' ? g.op('Where', [g.op('IsNaN', [x]), infinity, x]) : x;
      return [g.cast(g.op(type, [numbers], { axis, keepdims: 0 }), 'int32')];
    },
  });

const cumulative: Entry = entry<tf.CumsumInputs, tf.CumsumAttrs, tf.CumsumAttrs>(tf.Cumsum, {
  outputs: ({ x }) => [{ shape: x.shape, dtype: x.dtype === 'bool' ? 'int32' : x.dtype }],
  structure: ({ x }, { axis, exclusive, reverse }) => ({
    axis: tf.util.parseAxisParam(axis, [...x.shape])[0]!,
    exclusive,
    reverse,
  }),
  lower: (g, { x }, { axis, exclusive, reverse }) => [
    g.op('CumSum', [x.type === 'bool' ? g.cast(x, 'int32') : x, g.constant(axis, 'int64')], {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    }),
  ],
});

export const reduce: readonly Entry[] = [
  ...reductions.map(([name, compute, outputType]) =>
    entry<{ x: tf.TensorInfo }, ReductionAttrs, Reduction>(name, {
      unsupported: ({ x }) =>
        (name === tf.Max || name === tf.Min) && x.dtype === 'bool' ? 'of bool' : undefined,
      outputs: ({ x }, attrs) => [
        { shape: reducedShape(x, reduction(x, attrs)), dtype: outputType(x.dtype) },
      ],
      structure: ({ x }, attrs) => reduction(x, attrs),
      lower: (g, { x }, structure) => [compute(g, x, structure)],
    }),
  ),
  argument(tf.ArgMax, 'ArgMax', -1),
  argument(tf.ArgMin, 'ArgMin', 1),
  cumulative,
];
