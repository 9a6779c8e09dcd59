import type { References } from '../references.ts';
import { withoutOuterSpaces } from '../translation/python-whitespace.ts';
import type { ErrorRateResult } from './error-rate.ts';
import { TextErrorRate, type TextErrorRateOptions, textErrorRate } from './text-error-rate.ts';

/**
 * CER: the number of edits from the reference to the hypothesis, divided by the characters of the reference, as jiwer's
 * `cer`. Characters are code points. Spaces count, except at the ends. Of several references the one with the fewest
 * edits counts; among those the longest, whose rate is the lowest; among those the first.
 *
 * @example
 * const rate = new CharacterErrorRate();
 * rate.update(['kan'], ['can']);
 * rate.compute(); // 1 / 3
 */
export class CharacterErrorRate extends TextErrorRate {
  constructor(options: TextErrorRateOptions = {}) {
    super('CharacterErrorRate', options);
  }

  protected split(text: string): readonly string[] {
    return [...withoutOuterSpaces(text)];
  }
}

/**
 * The character error rate of utterances, with the edits by kind.
 *
 * @param references for each hypothesis one text or several, of which the nearest counts, as in `CharacterErrorRate`
 */
export function characterErrorRate(
  hypotheses: readonly string[],
  references: readonly References[],
  options: TextErrorRateOptions = {},
): ErrorRateResult {
  return textErrorRate('characterErrorRate', CharacterErrorRate, hypotheses, references, options);
}
