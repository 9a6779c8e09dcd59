import * as tf from '@tensorflow/tfjs-core';
import type { GraphBuilder } from '../graph/graph-builder.ts';
import type { Ref } from '../graph/ref.ts';
import { type Entry, entry, sameAs, type TensorType } from './kernel-lowering.ts';
import { type Levels, type LongSum, longSum, sumInLevels } from './levels.ts';

/** ONNX Runtime's softmax adds its exponentials in 32 sums at once. */
const LIMITS = { plain: 8192, piece: 128, longest: 1024 };

/** The levels of a sum of exponentials along an axis; undefined where the operator is exact enough. */
export function longSoftmax({ shape }: TensorType, axis: number, plain = LIMITS.plain): LongSum | undefined {
  return longSum(shape, [axis], shape.toSpliced(axis, 1, 1), { ...LIMITS, plain });
}

/** Softmax along an axis, or its logarithm. ONNX's operator computes it, or a sum in levels. */
export function softmaxOf(
  g: GraphBuilder,
  type: 'Softmax' | 'LogSoftmax',
  logits: Ref,
  { axis, levels }: { axis: number; levels?: Levels | undefined },
  numbers: readonly Ref[],
): Ref {
  if (!levels) return g.op(type, [logits], { axis });
  // The largest element ignores NaN. A NaN stays in its place and makes the sum NaN.
  const shifted = g.op('Sub', [logits, g.reduce('ReduceMax', logits, [axis], true)]);
  const exponentials = g.op('Exp', [shifted]);
  const total = sumInLevels(g, exponentials, levels, numbers);
  return type === 'Softmax'
    ? g.op('Div', [exponentials, g.cast(total, 'float32')])
    : g.op('Sub', [shifted, g.cast(g.op('Log', [total]), 'float32')]);
}

const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

interface Structure {
  readonly axis: number;
  readonly levels?: Levels;
}

const lowering = (kernel: string, type: 'Softmax' | 'LogSoftmax', axisAttribute: string): Entry => {
  const axisIn = ({ shape }: TensorType, attrs: Record<string, number>) =>
    axisOf(attrs[axisAttribute]!, shape.length);
  return entry<{ logits: tf.TensorInfo }, Record<string, number>, Structure>(kernel, {
    outputs: ({ logits }) => [sameAs(logits, 'float32')],
    structure: ({ logits }, attrs) => {
      const axis = axisIn(logits, attrs);
      const levels = longSoftmax(logits, axis)?.levels;
      return levels ? { axis, levels } : { axis };
    },
    numbers: ({ logits }, attrs) => longSoftmax(logits, axisIn(logits, attrs))?.numbers ?? [],
    lower: (g, { logits }, structure, numbers) => [
      softmaxOf(g, type, g.cast(logits, 'float32'), structure, numbers),
    ],
  });
};

export const softmax: readonly Entry[] = [
  lowering(tf.Softmax, 'Softmax', 'dim'),
  lowering(tf.LogSoftmax, 'LogSoftmax', 'axis'),
];
