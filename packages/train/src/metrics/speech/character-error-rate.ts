import type { References } from '../references.ts';
import { withoutOuterSpaces } from '../translation/python-whitespace.ts';
import type { ErrorRateResult } from './error-rate.ts';
import { TextErrorRate, type TextErrorRateOptions, textErrorRate } from './text-error-rate.ts';

/**
 * CER: the edits that make what was said into what was understood, over the characters that were said, as jiwer's `cer`. Characters are
 * code points, spaces among them, but for those at the ends. Of several references to an utterance the one counts that takes the fewest
 * edits; of those that take as many, the longest, whose rate is the lowest; of those, the first.
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
