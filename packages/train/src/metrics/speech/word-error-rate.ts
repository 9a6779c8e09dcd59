import type { ErrorRateResult } from './error-rate.ts';
import { TextErrorRate, type TextErrorRateOptions, textErrorRate } from './text-error-rate.ts';

/**
 * WER: the edits that make what was said into what was understood, over the words that were said, as jiwer's `wer`. Words are what stands
 * between white space.
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

/** The word error rate of utterances, with the edits by kind. */
export function wordErrorRate(
  hypotheses: readonly string[],
  references: readonly string[],
  options: TextErrorRateOptions = {},
): ErrorRateResult {
  return textErrorRate('wordErrorRate', WordErrorRate, hypotheses, references, options);
}
