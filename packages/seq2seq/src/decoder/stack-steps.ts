import { stack, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/** Stacks T steps `[N, F]` into `[N, T, F]`; undefined when there are no steps */
export function stackSteps(steps: readonly Tensor2D[]): Tensor3D | undefined {
  return steps.length > 0 ? (stack([...steps], 1) as Tensor3D) : undefined;
}
