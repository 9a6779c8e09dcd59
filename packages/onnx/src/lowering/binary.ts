import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { type Entry, entry, type TensorType } from './kernel-lowering.ts';

type Binary = (g: GraphBuilder, a: Ref, b: Ref) => Ref;

const operator =
  (type: string): Binary =>
  (g, a, b) =>
    g.op(type, [a, b]);

/** The remainder with the sign of the divisor. */
const floorMod: Binary = (g, a, b) => {
  if (a.type !== 'float32') return g.op('Mod', [a, b]);
  const remainder = g.op('Mod', [a, b], { fmod: 1 });
  const zero = g.constant(0);
  const negative = (x: Ref) => g.op('Less', [x, zero]);
  const nonZero = g.op('Not', [g.op('Equal', [remainder, zero])]);
  const wrong = g.op('And', [nonZero, g.op('Xor', [negative(remainder), negative(b)])]);
  return g.op('Where', [wrong, g.op('Add', [remainder, b]), remainder]);
};

/** Integers are divided as floats, as tfjs does: exact below 2²⁴. */
const floorDiv: Binary = (g, a, b) => {
  const quotient = g.op('Div', [g.cast(a, 'float32'), g.cast(b, 'float32')]);
  return g.cast(g.op('Floor', [quotient]), 'int32');
};

const squaredDifference: Binary = (g, a, b) => {
  const difference = g.op('Sub', [a, b]);
  return g.op('Mul', [difference, difference]);
};

const prelu: Binary = (g, x, alpha) => {
  const negative = g.op('Less', [x, g.constant(0, x.type)]);
  return g.op('Where', [negative, g.op('Mul', [x, alpha]), x]);
};

/** atan(y/x), plus or minus π left of the y axis. The sign of a zero counts too; 1/±0 shows it. */
const atan2: Binary = (g, y, x) => {
  const zero = g.constant(0);
  const negative = (v: Ref) =>
    g.op('Or', [
      g.op('Less', [v, zero]),
      g.op('And', [g.op('Equal', [v, zero]), g.op('Less', [g.op('Reciprocal', [v]), zero])]),
    ]);
  const bothZero = g.op('And', [g.op('Equal', [x, zero]), g.op('Equal', [y, zero])]);
  const ratio = g.op('Where', [bothZero, g.op('Mul', [y, zero]), g.op('Div', [y, x])]);
  const halfTurn = g.op('Where', [negative(y), g.constant(-Math.PI), g.constant(Math.PI)]);
  const angle = g.op('Atan', [ratio]);
  const signedZero = g.op('Where', [bothZero, y, angle]);
  const left = g.op('Where', [bothZero, halfTurn, g.op('Add', [angle, halfTurn])]);
  return g.op('Where', [negative(x), left, signedZero]);
};

const arithmetic: readonly (readonly [string, Binary])[] = [
  [tf.Add, operator('Add')],
  [tf.Sub, operator('Sub')],
  [tf.Multiply, operator('Mul')],
  [tf.RealDiv, operator('Div')],
  [tf.Mod, floorMod],
  [tf.Maximum, operator('Max')],
  [tf.Minimum, operator('Min')],
  [tf.Pow, operator('Pow')],
  [tf.SquaredDifference, squaredDifference],
  [tf.BitwiseAnd, operator('BitwiseAnd')],
  [tf.Atan2, atan2],
];

const comparisons: readonly (readonly [string, Binary])[] = [
  [tf.Equal, operator('Equal')],
  [tf.NotEqual, (g, a, b) => g.op('Not', [g.op('Equal', [a, b])])],
  [tf.Greater, operator('Greater')],
  [tf.GreaterEqual, operator('GreaterOrEqual')],
  [tf.Less, operator('Less')],
  [tf.LessEqual, operator('LessOrEqual')],
];

const logical: readonly (readonly [string, Binary])[] = [
  [tf.LogicalAnd, operator('And')],
  [tf.LogicalOr, operator('Or')],
];

const broadcast = (a: TensorType, b: TensorType): number[] =>
  tf.broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);

/** ONNX has no arithmetic and no order of truth values. They are replaced by 0 and 1. */
const asNumber = (g: GraphBuilder, x: Ref): Ref => (x.type === 'bool' ? g.cast(x, 'int32') : x);

export const binary: readonly Entry[] = [
  ...arithmetic.map(([name, compute]) =>
    entry<tf.BinaryInputs>(name, {
      unsupported: ({ a }) => (a.dtype === 'bool' ? 'arithmetic of bool' : undefined),
      outputs: ({ a, b }) => [{ shape: broadcast(a, b), dtype: a.dtype }],
      lower: (g, { a, b }) => [compute(g, a, b)],
    }),
  ),
  ...comparisons.map(([name, compute]) =>
    entry<tf.BinaryInputs>(name, {
      outputs: ({ a, b }) => [{ shape: broadcast(a, b), dtype: 'bool' }],
      lower: (g, { a, b }) => [compute(g, asNumber(g, a), asNumber(g, b))],
    }),
  ),
  ...logical.map(([name, compute]) =>
    entry<tf.BinaryInputs>(name, {
      outputs: ({ a, b }) => [{ shape: broadcast(a, b), dtype: 'bool' }],
      lower: (g, { a, b }) => [compute(g, g.cast(a, 'bool'), g.cast(b, 'bool'))],
    }),
  ),
  entry<tf.BinaryInputs>(tf.FloorDiv, {
    outputs: ({ a, b }) => [{ shape: broadcast(a, b), dtype: 'int32' }],
    lower: (g, { a, b }) => [floorDiv(g, a, b)],
  }),
  entry<tf.PreluInputs>(tf.Prelu, {
    outputs: ({ x, alpha }) => [{ shape: broadcast(x, alpha), dtype: 'float32' }],
    lower: (g, { x, alpha }) => [prelu(g, g.cast(x, 'float32'), g.cast(alpha, 'float32'))],
  }),
  entry<tf.AddNInputs>(tf.AddN, {
    outputs: (inputs) => {
      const { shape, dtype } = Object.values(inputs as object)[0] as TensorType;
      return [{ shape, dtype }];
    },
    lower: (g, inputs) => [
      (Object.values(inputs as object) as Ref[]).reduce((sum, x) => g.op('Add', [sum, x])),
    ],
  }),
];
