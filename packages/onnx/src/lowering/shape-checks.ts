import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorType } from './kernel-lowering.ts';

/** A type as TensorFlow.js's own checks of shapes take it: they ask for tensors, and look at no more than this. */
export const asShapedTensor = ({ shape, dtype }: TensorType): Tensor =>
  ({ shape, dtype, rank: shape.length }) as unknown as Tensor;
