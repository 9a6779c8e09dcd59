import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { checkDtype, checkShape } from '../checks/tensors.ts';
import { differentiable } from '../engine/differentiable.ts';
import { ArgumentError } from '../errors/argument-error.ts';
import { runKernel } from '../kernels/run-kernel.ts';

/**
 * Replaces the values past each row's end by 0.
 *
 * @param x float32 `[T, N, …]`
 * @param lengths int32 `[N]`
 */
export function zeroPadding<T extends Tensor>(x: T, lengths: Tensor1D): T {
  checkDtype('zeroPadding', 'x', x, 'float32');
  if (x.rank < 2) throw new ArgumentError('zeroPadding', 'x', `has ${x.rank} axes; expected [T, N, …]`);
  checkShape('zeroPadding', 'lengths', lengths, [x.shape[1]]);
  checkDtype('zeroPadding', 'lengths', lengths, 'int32');
  const [y] = differentiable({
    inputs: { x },
    forward: (save) => {
      save(lengths);
      return [runKernel('ZeroPadding', { x, lengths }, {}).y];
    },
    backward: ([dy], [savedLengths]) => ({ x: () => zeroPadding(dy!, savedLengths as Tensor1D) }),
  });
  return y as T;
}
