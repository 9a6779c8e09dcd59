import * as tf from '@tensorflow/tfjs-core';
import { draw, upload } from '@unroll/backend-testkit/torch';

/** Computes the outputs of one kernel from tensors whose sizes depend on a width. */
export type KernelCase = (width: number) => tf.Tensor[];

export type Shape = readonly number[];

/** Numbers from ½ to 1½ that look random and are the same on every machine. */
export const floats = (shape: Shape, seed = 1): tf.Tensor =>
  upload(draw(`floats ${seed}`, shape, [0.5, 1.5]));

export const integers = (values: readonly number[]): tf.Tensor1D => tf.tensor1d([...values], 'int32');

export const flags = (shape: Shape): tf.Tensor => {
  const size = tf.util.sizeFromShape(shape as number[]);
  return tf.tensor(
    Uint8Array.from({ length: size }, (_, i) => i % 2),
    shape as number[],
    'bool',
  );
};

export const call = (
  name: string,
  inputs: Record<string, tf.Tensor | undefined>,
  attrs: object = {},
): tf.Tensor[] =>
  [
    tf
      .engine()
      .runKernel<tf.Tensor | tf.Tensor[]>(
        name,
        Object.fromEntries(Object.entries(inputs).filter(([, x]) => x)) as tf.NamedTensorMap,
        attrs as tf.NamedAttrMap,
      ),
  ].flat();
