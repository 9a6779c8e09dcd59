import { concat, split, stack, type Tensor, unstack } from '@tensorflow/tfjs-core';
import { differentiable } from '@unroll/backend/operations';

/** Tensors by their index, as `differentiable` names the inputs of a list. */
const byPlace = (tensors: readonly Tensor[]): Record<string, Tensor> => Object.fromEntries(tensors.entries());

const thunks = (gradients: readonly Tensor[]): Record<string, () => Tensor> =>
  Object.fromEntries(gradients.map((gradient, place) => [place, () => gradient]));

/**
 * `tf.concat` along the last axis. tfjs keeps all inputs for the gradient, although the gradient needs only their
 * sizes.
 */
export function concatFeatures<T extends Tensor>(tensors: readonly T[]): T {
  const [first] = tensors;
  if (first && tensors.length === 1) return first;
  const axis = first!.rank - 1;
  const sizes = tensors.map(({ shape }) => shape[axis]!);
  const [joined] = differentiable({
    inputs: byPlace(tensors),
    forward: () => [concat([...tensors], axis)],
    backward: ([dy]) => thunks(split(dy!, sizes, axis)),
  });
  return joined as T;
}

/** `tf.stack` along a new first axis. It keeps nothing for the gradient. */
export function stackStates(tensors: readonly Tensor[]): Tensor {
  const [stacked] = differentiable({
    inputs: byPlace(tensors),
    forward: () => [stack([...tensors])],
    backward: ([dy]) => thunks(unstack(dy!)),
  });
  return stacked!;
}
