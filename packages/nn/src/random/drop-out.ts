import type { Tensor } from '@tensorflow/tfjs-core';
import { liveAttrs, philoxDropout } from '@unroll/backend/operations';
import { defaultGenerator } from './default-generator.ts';

/**
 * Sets each element to 0 with probability p, by a new mask from the default generator, and divides the others by 1 −
 * p.
 *
 * @param p returns the probability; each replay of a compiled function calls it again
 */
export function dropOut<T extends Tensor>(x: T, p: () => number): T {
  return philoxDropout(
    x,
    liveAttrs(
      () => ({ p: p(), ...defaultGenerator.nextMask() }),
      () => defaultGenerator.snapshot(),
    ),
  );
}
