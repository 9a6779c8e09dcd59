import type { References } from '../references.ts';
import type { ErrorRateResult } from './error-rate.ts';
import { TextErrorRate, type TextErrorRateOptions, textErrorRate } from './text-error-rate.ts';

/**
 * WER: the number of edits from the reference to the hypothesis, divided by the words of the reference, as jiwer's
 * `wer`. Words are separated by white space. Of several references the one with the fewest edits counts; among those
 * the longest, whose rate is the lowest; among those the first.
 *
 * @example
 * const rate = new WordErrorRate();
 * rate.update(['hello duck'], ['hello world']);
 * rate.compute(); // 0.5
 */
export class WordErrorRate extends TextErrorRate {
  constructor(options: TextErrorRateOptions = {}) {
    super('WordErrorRate', options);
  }

  protected split(text: string): readonly string[] {
    return text.match(/\S+/g) ?? [];
  }
}

/**
 * The word error rate of utterances, with the edits by kind.
 *
 * @param references for each hypothesis one text or several, of which the nearest counts, as in `WordErrorRate`
 */
export function wordErrorRate(
  hypotheses: readonly string[],
  references: readonly References[],
  options: TextErrorRateOptions = {},
): ErrorRateResult {
  return textErrorRate('wordErrorRate', WordErrorRate, hypotheses, references, options);
}
