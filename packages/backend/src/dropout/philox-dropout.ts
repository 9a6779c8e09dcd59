import type { Tensor } from '@tensorflow/tfjs-core';
import { checkOptions } from '../checks/options.ts';
import { checkDtype } from '../checks/tensors.ts';
import { differentiable } from '../engine/differentiable.ts';
import { runKernel } from '../kernels/run-kernel.ts';
import type { PhiloxDropoutAttrs } from './contract.ts';
import { attrKinds } from './mask.ts';

/**
 * Zeroes each element with probability `p` and divides the others by `1 − p`. The mask is a function of seed, offset and
 * the element's index, the same on every backend; nothing is kept for the gradient, which draws it again.
 *
 * @param x float32, any shape
 */
export function philoxDropout<T extends Tensor>(x: T, attrs: PhiloxDropoutAttrs): T {
  checkDtype('philoxDropout', 'x', x, 'float32');
  checkOptions('philoxDropout', attrs, attrKinds);
  const [y] = differentiable({
    inputs: { x },
    forward: () => [runKernel('PhiloxDropout', { x }, attrs).y],
    // The mask does not depend on x: the gradient is the operation itself, and so differentiable again.
    backward: ([dy]) => ({ x: () => philoxDropout(dy!, attrs) }),
  });
  return y as T;
}
