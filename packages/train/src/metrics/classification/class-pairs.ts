import { checkValue, kind } from '@unroll/backend/checks';
import { checkList, checkSameLength } from '../../checks.ts';

/** Which classes there are, and which targets do not count. */
export interface ClassOptions {
  /** Classes are 0…numClasses−1, and another is an error. Absent: any whole number from 0. */
  numClasses?: number | undefined;
  /** Targets of this number do not count, nor does what was predicted for them. Absent: all count. */
  ignoreIndex?: number | undefined;
}

export const classKinds = { numClasses: kind.whole(1), ignoreIndex: kind.whole() };

/** What one of the classes has to be; a number of classes that is none is for its own check to refuse. */
export const classKind = (numClasses: number | undefined) =>
  kind.required(classKinds.numClasses.fits(numClasses) ? kind.classBelow(numClasses!) : kind.whole(0));

/**
 * Calls `take` with what was predicted and what is right, for the pairs that count, once all of them are known to be classes.
 *
 * @throws where the lengths differ, or one is no class
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
