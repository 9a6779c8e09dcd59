import type { Scalar } from '@tensorflow/tfjs-core';
import type * as nn from '@unroll/nn';

/** A small model with a task that it can learn. */
export interface ModelCase {
  readonly name: string;
  readonly make: () => nn.Module;
  /** The loss of the task. Tensors that it makes are those of its caller. */
  readonly loss: (model: never) => Scalar;
  /** The predictions of the task as numbers, rounded so that backends agree */
  readonly predict: (model: never) => Promise<unknown>;
  /** What it should predict after training */
  readonly learned: unknown;
}
