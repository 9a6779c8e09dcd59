import type { References } from '../references.ts';
import type { ErrorRateResult } from './error-rate.ts';
import { TextErrorRate, type TextErrorRateOptions, textErrorRate } from './text-error-rate.ts';

/**
 * WER: the edits that make what was said into what was understood, over the words that were said, as jiwer's `wer`. Words are what stands
 * between white space. Of several references to an utterance the one counts that takes the fewest edits; of those that take as many, the
 * longest, whose rate is the lowest; of those, the first.
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
