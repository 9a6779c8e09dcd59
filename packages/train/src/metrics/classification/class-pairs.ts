import { checkValue, kind } from '@unroll/backend/checks';
import { checkList, checkSameLength } from '../../checks.ts';

/** The valid classes, and the targets to ignore. */
export interface ClassOptions {
  /** Classes are 0…numClasses−1; other values are an error. Default: any whole number from 0. */
  numClasses?: number | undefined;
  /** Targets of this class, and the predictions for them, do not count. Default: all count. */
  ignoreIndex?: number | undefined;
}

export const classKinds = { numClasses: kind.whole(1), ignoreIndex: kind.whole() };

/** The kind of a class. It ignores an invalid `numClasses`, which has its own check. */
export const classKind = (numClasses: number | undefined) =>
  kind.required(classKinds.numClasses.fits(numClasses) ? kind.classBelow(numClasses!) : kind.whole(0));

/**
 * Calls `take` with the prediction and the target of each pair that counts, after checking that all values are classes.
 *
 * @throws when the lengths differ, or a value is not a class
 */
export function eachClassPair(
  owner: string,
  { predictions, targets }: { predictions: ArrayLike<number>; targets: ArrayLike<number> },
  { numClasses, ignoreIndex }: ClassOptions,
  take: (prediction: number, target: number) => void,
): void {
  const isClass = classKind(numClasses);
  checkList(owner, 'predictions', predictions, kind.anything);
  checkList(owner, 'targets', targets, kind.anything);
  checkSameLength(owner, { predictions, targets });
  const counting = Array.from(targets, (_, i) => i).filter((i) => targets[i] !== ignoreIndex);
  for (const i of counting) {
    checkValue(owner, `predictions[${i}]`, predictions[i], isClass);
    checkValue(owner, `targets[${i}]`, targets[i], isClass);
  }
  for (const i of counting) take(predictions[i]!, targets[i]!);
}
