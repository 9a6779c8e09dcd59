import { checkValue, kind } from '@unroll/backend/checks';
import { anyText, checkList, checkSameLength, texts } from '../checks.ts';

/** The references of a hypothesis: one text, or several. */
export type References = string | readonly string[];

const isReferences = kind.required({
  expected: 'a string, or an array of at least one',
  fits: (value) => anyText.fits(value) || (texts.fits(value) && (value as unknown[]).length > 0),
});

/** Throws unless each hypothesis is a string and has references. */
export function checkHypotheses(
  owner: string,
  hypotheses: readonly string[],
  references: readonly References[],
): void {
  checkList(owner, 'hypotheses', hypotheses, anyText);
  checkList(owner, 'references', references, isReferences);
  checkSameLength(owner, { hypotheses, references });
}

export function checkHypothesis(owner: string, hypothesis: string, references: References): void {
  checkValue(owner, 'hypothesis', hypothesis, anyText);
  checkValue(owner, 'references', references, isReferences);
}

/** The references as a list. */
export const asList = (references: References): readonly string[] =>
  typeof references === 'string' ? [references] : references;
