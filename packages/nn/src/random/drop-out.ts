import type { Tensor } from '@tensorflow/tfjs-core';
import { liveAttrs, philoxDropout } from '@unroll/backend/operations';
import { defaultGenerator } from './default-generator.ts';

/**
 * Zeroes each element with a probability, by a new mask of the default generator, and divides the others by what is left of 1.
 *
 * @param p asked again at each replay of a compiled function
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
