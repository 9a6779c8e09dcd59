import { kind } from '@unroll/backend/checks';
import { checkLists } from '../../checks.ts';

/**
 * The sum of an error over pairs of numbers.
 *
 * @throws when the lengths differ, or a number is NaN
 */
export function errorSum(
  owner: string,
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  errorOf: (difference: number) => number,
): number {
  checkLists(owner, { predictions, targets }, kind.number);
  let sum = 0;
  for (let i = 0; i < targets.length; i++) sum += errorOf(predictions[i]! - targets[i]!);
  return sum;
}
