import * as tf from '@tensorflow/tfjs-core';
import { type Entry, entry, sameAs } from './kernel-lowering.ts';

const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export const softmax: readonly Entry[] = [
  entry<tf.SoftmaxInputs, tf.SoftmaxAttrs, number>(tf.Softmax, {
    outputs: ({ logits }) => [sameAs(logits, 'float32')],
    structure: ({ logits }, { dim }) => axisOf(dim, logits.shape.length),
    lower: (g, { logits }, axis) => [g.op('Softmax', [g.cast(logits, 'float32')], { axis })],
  }),
  entry<tf.LogSoftmaxInputs, tf.LogSoftmaxAttrs, number>(tf.LogSoftmax, {
    outputs: ({ logits }) => [sameAs(logits, 'float32')],
    structure: ({ logits }, { axis }) => axisOf(axis, logits.shape.length),
    lower: (g, { logits }, axis) => [g.op('LogSoftmax', [g.cast(logits, 'float32')], { axis })],
  }),
];
