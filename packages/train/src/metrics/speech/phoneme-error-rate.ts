import { checkLists, texts } from '../../checks.ts';
import { ErrorRate, type ErrorRateResult } from './error-rate.ts';

/**
 * PER: the edits that make what was said into what was understood, over the phonemes that were said. An utterance is an array of phonemes,
 * or of any other labels.
 *
 * @example
 * const rate = new PhonemeErrorRate();
 * rate.update([['K', 'AE', 'T']], [['HH', 'AE', 'T']]);
 * rate.compute(); // 1 / 3
 */
export class PhonemeErrorRate extends ErrorRate<readonly string[]> {
  protected check(
    hypotheses: readonly (readonly string[])[],
    references: readonly (readonly string[])[],
  ): void {
    checkLists('PhonemeErrorRate.update', { hypotheses, references }, texts);
  }

  protected symbols(utterance: readonly string[]): readonly string[] {
    return utterance;
  }
}

/** The phoneme error rate of utterances, with the edits by kind. */
export function phonemeErrorRate(
  hypotheses: readonly (readonly string[])[],
  references: readonly (readonly string[])[],
): ErrorRateResult {
  checkLists('phonemeErrorRate', { hypotheses, references }, texts);
  const metric = new PhonemeErrorRate();
  metric.update(hypotheses, references);
  return metric.result();
}
