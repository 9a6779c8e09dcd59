import { stack, type Tensor2D, type Tensor3D } from '@tensorflow/tfjs-core';

/** `[N, T, F]` of T steps `[N, F]`; absent where there are none */
export function stackSteps(steps: readonly Tensor2D[]): Tensor3D | undefined {
  return steps.length > 0 ? (stack([...steps], 1) as Tensor3D) : undefined;
}
