import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorType } from './kernel-lowering.ts';

/** A type as TensorFlow.js's shape checks take it. They ask for tensors, but read only these properties. */
export const asShapedTensor = ({ shape, dtype }: TensorType): Tensor =>
  ({ shape, dtype, rank: shape.length }) as unknown as Tensor;
