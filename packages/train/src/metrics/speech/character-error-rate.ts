import { withoutOuterSpaces } from '../translation/python-whitespace.ts';
import type { ErrorRateResult } from './error-rate.ts';
import { TextErrorRate, type TextErrorRateOptions, textErrorRate } from './text-error-rate.ts';

/**
 * CER: the edits that make what was said into what was understood, over the characters that were said, as jiwer's `cer`. Characters are
 * code points, spaces among them, but for those at the ends.
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

/** The character error rate of utterances, with the edits by kind. */
export function characterErrorRate(
  hypotheses: readonly string[],
  references: readonly string[],
  options: TextErrorRateOptions = {},
): ErrorRateResult {
  return textErrorRate('characterErrorRate', CharacterErrorRate, hypotheses, references, options);
}
