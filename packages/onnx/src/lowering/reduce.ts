import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { type Entry, entry, type TensorType } from './kernel-lowering.ts';
import { type Levels, longSum, sumInLevels } from './levels.ts';

interface Reduction {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

interface ReductionAttrs {
  axis?: number | number[] | null;
  /** Max's name for the axes */
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

function reduction(
  { shape }: TensorType,
  { axis, reductionIndices, keepDims = false }: ReductionAttrs,
): Reduction {
  const axes = axis ?? reductionIndices ?? [...shape.keys()];
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

/** Truth values are reduced as integers, because ONNX reduces only numbers. */
const truth =
  (type: string): Reduce =>
  (g, x, reduction) =>
    g.cast(operator(type)(g, g.cast(x, 'int32'), reduction), 'bool');

/** The largest or smallest element, or NaN where any element is NaN. ONNX Runtime's reductions ignore NaN. */
const extreme =
  (type: string): Reduce =>
  (g, x, reduction) => {
    const result = operator(type)(g, x, reduction);
    if (x.type !== 'float32' || reduction.axes.length === 0) return result;
    const anyNaN = operator('ReduceMax')(g, g.cast(g.op('IsNaN', [x]), 'int32'), reduction);
    const nan = g.op('Div', [g.constant(0), g.constant(0)]);
    return g.op('Where', [g.cast(anyNaN, 'bool'), nan, result]);
  };

/** Products are computed in double precision. Their error grows with the number of factors, whatever the order. */
const prod: Reduce = (g, x, reduction) => {
  if (x.type !== 'float32')
    return operator('ReduceProd')(g, x.type === 'bool' ? g.cast(x, 'int32') : x, reduction);
  return g.cast(operator('ReduceProd')(g, g.cast(x, 'float64'), reduction), 'float32');
};

type OutputType = (dtype: tf.DataType) => tf.DataType;
const same: OutputType = (dtype) => dtype;

/** The kernel, its reduction, and the dtype of its result. */
const reductions: readonly (readonly [string, Reduce, OutputType])[] = [
  [tf.Prod, prod, (dtype) => (dtype === 'bool' ? 'int32' : dtype)],
  [tf.Max, extreme('ReduceMax'), same],
  [tf.Min, extreme('ReduceMin'), same],
  [tf.All, truth('ReduceMin'), same],
  [tf.Any, truth('ReduceMax'), same],
];

interface Summation extends Reduction {
  readonly levels?: Levels;
}

/** A sum over a transposed matrix is a sum over the matrix itself, along the other axis. */
function sum(g: GraphBuilder, x: Ref, { levels, ...reduction }: Summation, numbers: readonly Ref[]): Ref {
  const { axes, keepDims } = reduction;
  const source = axes.length === 1 && !keepDims ? g.transposeOf(x) : undefined;
  if (!levels) {
    if (source) return g.reduce('ReduceSum', source, [1 - axes[0]!]);
    return operator('ReduceSum')(g, x, reduction);
  }
  if (!source) return g.cast(sumInLevels(g, x, levels, numbers), 'float32');
  const [sizes] = numbers as [Ref];
  // The cut axis and its pieces change places with the other one.
  const turned = g.op('Gather', [sizes, g.ints(...(axes[0] === 0 ? [2, 0, 1] : [1, 2, 0]))], {}, sizes);
  const turnedLevels = { ...levels, groups: levels.groups.toReversed(), cut: 1 - levels.cut };
  return g.cast(sumInLevels(g, source, turnedLevels, [turned]), 'float32');
}

/**
 * Long sums are computed in levels. The mean of a long sum divides by the number of elements, which is a number of
 * the run.
 */
const summation = (kernel: string, isMean: boolean): Entry =>
  entry<{ x: tf.TensorInfo }, ReductionAttrs, Summation>(kernel, {
    outputs: ({ x }, attrs) => {
      const dtype = isMean ? 'float32' : x.dtype === 'bool' ? 'int32' : x.dtype;
      return [{ shape: reducedShape(x, reduction(x, attrs)), dtype }];
    },
    structure: ({ x }, attrs) => {
      const whole = reduction(x, attrs);
      const levels = longSumOf(x, whole, isMean)?.levels;
      return levels ? { ...whole, levels } : whole;
    },
    numbers: ({ x }, attrs) => {
      const whole = reduction(x, attrs);
      const long = longSumOf(x, whole, isMean);
      if (!long) return [];
      const count = whole.axes.reduce((product, axis) => product * x.shape[axis]!, 1);
      return [...long.numbers, ...(isMean ? [{ type: 'int64', values: [count], rank: 0 } as const] : [])];
    },
    lower: (g, { x }, structure, numbers) => {
      const { levels } = structure;
      if (!isMean) return [sum(g, x.type === 'bool' ? g.cast(x, 'int32') : x, structure, numbers)];
      const values = g.cast(x, 'float32');
      if (!levels) return [operator('ReduceMean')(g, values, structure)];
      const count = g.cast(numbers.at(-1)!, 'float64');
      return [g.cast(g.op('Div', [sumInLevels(g, values, levels, numbers), count]), 'float32')];
    },
  });

/** Integers add up exactly. */
function longSumOf(x: TensorType, whole: Reduction, isMean: boolean) {
  if (x.dtype !== 'float32' && !isMean) return undefined;
  return longSum(x.shape, whole.axes, reducedShape(x, whole));
}

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

interface Cumulation extends tf.CumsumAttrs {
  readonly double: boolean;
}

/** The number of elements that single precision adds up well one after another. */
const PLAIN_CUMULATION = 256;

const cumulative: Entry = entry<tf.CumsumInputs, tf.CumsumAttrs, Cumulation>(tf.Cumsum, {
  outputs: ({ x }) => [{ shape: x.shape, dtype: x.dtype === 'bool' ? 'int32' : x.dtype }],
  structure: ({ x }, attrs) => {
    const axis = tf.util.parseAxisParam(attrs.axis, [...x.shape])[0]!;
    const { exclusive, reverse } = attrs;
    return { axis, exclusive, reverse, double: x.dtype === 'float32' && x.shape[axis]! > PLAIN_CUMULATION };
  },
  lower: (g, { x }, { axis, exclusive, reverse, double }) => {
    const values = double ? g.cast(x, 'float64') : x.type === 'bool' ? g.cast(x, 'int32') : x;
    const sums = g.op('CumSum', [values, g.constant(axis, 'int64')], {
      exclusive: exclusive ? 1 : 0,
      reverse: reverse ? 1 : 0,
    });
    return [double ? g.cast(sums, 'float32') : sums];
  },
});

export const reduce: readonly Entry[] = [
  summation(tf.Sum, false),
  summation(tf.Mean, true),
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
