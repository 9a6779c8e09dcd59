import type { Tensor } from '@tensorflow/tfjs-core';
import { checkOptions } from '../checks/options.ts';
import { checkDtype } from '../checks/tensors.ts';
import { differentiable } from '../engine/differentiable.ts';
import { runKernel } from '../kernels/run-kernel.ts';
import type { PhiloxDropoutAttrs } from './contract.ts';
import { attrKinds } from './mask.ts';

/**
 * Zeroes each element with probability `p` and divides the others by `1 − p`. The mask is a function of the seed, the
 * offset and the element's index, and is the same on every backend. Nothing is saved for the gradient, which draws the
 * mask again.
 *
 * @param x float32, any shape
 */
export function philoxDropout<T extends Tensor>(x: T, attrs: PhiloxDropoutAttrs): T {
  checkDtype('philoxDropout', 'x', x, 'float32');
  checkOptions('philoxDropout', attrs, attrKinds);
  const [y] = differentiable({
    inputs: { x },
    forward: () => [runKernel('PhiloxDropout', { x }, attrs).y],
    // The mask does not depend on x, so the gradient is the operation itself and is differentiable too.
    backward: ([dy]) => ({ x: () => philoxDropout(dy!, attrs) }),
  });
  return y as T;
}
