import type { TensorInfo } from '@tensorflow/tfjs-core';
import { checkIndices } from '@unroll/backend/checks';

/** The class that does not count in a loss, as in `crossEntropy` */
export const IGNORED = -100;

/**
 * Throws where an element is neither a class nor `IGNORED`, if the values are at hand. Otherwise the backend checks them.
 *
 * @param noun what the classes are: `tags`
 */
export function checkClasses(
  operation: string,
  argument: string,
  classes: TensorInfo,
  { size, noun }: { size: number; noun: string },
): void {
  const ignored = { name: 'one that does not count', value: IGNORED };
  checkIndices(operation, argument, classes, { size, noun, ignored });
}
