import * as tf from '@tensorflow/tfjs-core';
import { float } from '../graph/attribute.ts';
import type { ElementType } from '../graph/element-type.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { type Entry, entry, sameAs } from './kernel-lowering.ts';

type Unary = (g: GraphBuilder, x: Ref) => Ref;

/** One of ONNX's operators with one input and no attributes. */
const operator =
  (type: string): Unary =>
  (g, x) =>
    g.op(type, [x]);

/**
 * For operators that ONNX defines for float32 only. Other types are converted there and back, as in tfjs-backend-cpu.
 */
const inFloat =
  (compute: Unary): Unary =>
  (g, x) =>
    g.cast(compute(g, g.cast(x, 'float32')), x.type);

const floatOperator = (type: string): Unary => inFloat(operator(type));

/** tanh(x/2)·(eˣ+1) is eˣ−1 without its cancellation near 0. */
const expm1: Unary = (g, x) =>
  g.op('Mul', [
    g.op('Tanh', [g.op('Mul', [x, g.constant(0.5)])]),
    g.op('Add', [g.op('Exp', [x]), g.constant(1)]),
  ]);

/** 2·artanh(x/(x+2)) near 0, where 1+x would lose x. */
const log1p: Unary = (g, x) => {
  const near = g.op('Less', [g.op('Abs', [x]), g.constant(0.5)]);
  const ratio = g.op('Div', [x, g.op('Add', [x, g.constant(2)])]);
  const exact = g.op('Mul', [g.op('Atanh', [ratio]), g.constant(2)]);
  return g.op('Where', [near, exact, g.op('Log', [g.op('Add', [x, g.constant(1)])])]);
};

/** 1 / (1 + e⁻ˣ), which keeps its digits near 0. ONNX Runtime's Sigmoid stops at about 1e-8. */
const sigmoid: Unary = (g, x) => {
  const one = g.constant(1);
  return g.op('Div', [one, g.op('Add', [one, g.op('Exp', [g.op('Neg', [x])])])]);
};

/** 1 above 0, −1 below, and 0 elsewhere, for NaN too. */
const sign: Unary = (g, x) => {
  const zero = g.constant(0, x.type);
  const above = g.cast(g.op('Greater', [x, zero]), 'int32');
  return g.cast(g.op('Sub', [above, g.cast(g.op('Less', [x, zero]), 'int32')]), x.type);
};

const square: Unary = (g, x) => g.op('Mul', [x, x]);

const withType: readonly (readonly [string, Unary])[] = [
  [tf.Abs, operator('Abs')],
  [tf.Acos, floatOperator('Acos')],
  [tf.Acosh, floatOperator('Acosh')],
  [tf.Asin, floatOperator('Asin')],
  [tf.Asinh, floatOperator('Asinh')],
  [tf.Atan, floatOperator('Atan')],
  [tf.Atanh, floatOperator('Atanh')],
  [tf.Ceil, floatOperator('Ceil')],
  [tf.Cos, floatOperator('Cos')],
  [tf.Cosh, floatOperator('Cosh')],
  [tf.Elu, floatOperator('Elu')],
  [tf.Erf, floatOperator('Erf')],
  [tf.Expm1, inFloat(expm1)],
  [tf.Floor, floatOperator('Floor')],
  [tf.Log, floatOperator('Log')],
  [tf.Log1p, inFloat(log1p)],
  [tf.LogicalNot, operator('Not')],
  [tf.Neg, operator('Neg')],
  [tf.Reciprocal, floatOperator('Reciprocal')],
  [tf.Relu, floatOperator('Relu')],
  [tf.Relu6, (g, x) => g.op('Clip', [x, g.constant(0, x.type), g.constant(6, x.type)])],
  [tf.Round, floatOperator('Round')],
  [tf.Rsqrt, inFloat((g, x) => g.op('Reciprocal', [g.op('Sqrt', [x])]))],
  [tf.Selu, floatOperator('Selu')],
  [tf.Sigmoid, inFloat(sigmoid)],
  [tf.Sign, sign],
  [tf.Sin, floatOperator('Sin')],
  [tf.Sinh, floatOperator('Sinh')],
  [tf.Softplus, floatOperator('Softplus')],
  [tf.Sqrt, floatOperator('Sqrt')],
  [tf.Square, square],
  [tf.Tan, floatOperator('Tan')],
  [tf.Tanh, floatOperator('Tanh')],
];

const predicates: readonly (readonly [string, Unary])[] = [
  [tf.IsNan, operator('IsNaN')],
  [tf.IsInf, operator('IsInf')],
  [tf.IsFinite, (g, x) => g.op('Not', [g.op('Or', [g.op('IsInf', [x]), g.op('IsNaN', [x])])])],
];

export const unary: readonly Entry[] = [
  ...withType.map(([name, compute]) =>
    entry<tf.UnaryInputs>(name, {
      outputs: ({ x }) => [sameAs(x)],
      lower: (g, { x }) => [compute(g, x)],
    }),
  ),
  ...predicates.map(([name, compute]) =>
    entry<tf.UnaryInputs>(name, {
      outputs: ({ x }) => [sameAs(x, 'bool')],
      lower: (g, { x }) => [compute(g, g.cast(x, 'float32'))],
    }),
  ),
  entry<tf.ExpInputs>(tf.Exp, {
    outputs: ({ x }) => [sameAs(x, 'float32')],
    lower: (g, { x }) => [g.op('Exp', [g.cast(x, 'float32')])],
  }),
  entry<tf.LeakyReluInputs, tf.LeakyReluAttrs, number>(tf.LeakyRelu, {
    outputs: ({ x }) => [sameAs(x, 'float32')],
    structure: (_, { alpha }) => alpha,
    lower: (g, { x }, alpha) => [g.op('LeakyRelu', [g.cast(x, 'float32')], { alpha: float(alpha) })],
  }),
  entry<tf.StepInputs, tf.StepAttrs, number>(tf.Step, {
    outputs: ({ x }) => [sameAs(x)],
    structure: (_, { alpha }) => alpha,
    lower: (g, { x }, alpha) => {
      const positive = g.op('Greater', [x, g.constant(0, x.type)]);
      const step = g.op('Where', [positive, g.constant(1, x.type), g.constant(alpha, x.type)]);
      return [x.type === 'float32' ? g.op('Where', [g.op('IsNaN', [x]), x, step]) : step];
    },
  }),
  entry<tf.ClipByValueInputs, tf.ClipByValueAttrs, { min: number; max: number }>(tf.ClipByValue, {
    outputs: ({ x }) => [sameAs(x)],
    // JSON has no infinities.
    unsupported: (_, { clipValueMin: min, clipValueMax: max }) =>
      Number.isFinite(min) && Number.isFinite(max) ? undefined : 'the limits are not finite',
    structure: (_, { clipValueMin: min, clipValueMax: max }) => ({ min, max }),
    lower: (g, { x }, { min, max }) => [g.op('Clip', [x, g.constant(min, x.type), g.constant(max, x.type)])],
  }),
  entry<tf.CastInputs, tf.CastAttrs, ElementType>(tf.Cast, {
    unsupported: (_, { dtype }) => (isLowerable(dtype) ? undefined : `to ${dtype}`),
    outputs: ({ x }, { dtype }) => [sameAs(x, dtype)],
    structure: (_, { dtype }) => dtype as ElementType,
    lower: (g, { x }, dtype) => [dtype === 'bool' ? nonZero(g, x) : g.cast(x, dtype)],
  }),
  entry<tf.ZerosLikeInputs>(tf.ZerosLike, filledLike(0)),
  entry<tf.OnesLikeInputs>(tf.OnesLike, filledLike(1)),
  entry<tf.EluGradInputs>(tf.EluGrad, {
    outputs: ({ y }) => [sameAs(y)],
    lower: (g, { dy, y }) => {
      const slope = g.op('Add', [y, g.constant(1)]);
      const negative = g.op('Less', [y, g.constant(0)]);
      return [g.op('Where', [negative, g.op('Mul', [dy, slope]), dy])];
    },
  }),
];

/** Whether tensors of a dtype can be values of a graph. */
export const isLowerable = (dtype: tf.DataType): boolean =>
  dtype === 'float32' || dtype === 'int32' || dtype === 'bool';

function nonZero(g: GraphBuilder, x: Ref): Ref {
  return x.type === 'bool' ? x : g.op('Not', [g.op('Equal', [x, g.constant(0, x.type)])]);
}

function filledLike(value: number) {
  return {
    outputs: ({ x }: { x: { shape: readonly number[]; dtype: tf.DataType } }) => [sameAs(x)],
    lower: (g: GraphBuilder, { x }: { x: Ref }) => [
      g.op('Expand', [g.constant(value, x.type), g.op('Shape', [x])]),
    ],
  };
}
