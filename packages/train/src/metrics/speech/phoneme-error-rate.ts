import { kind } from '@unroll/backend/checks';
import { checkList, checkSameLength, texts } from '../../checks.ts';
import { ErrorRate, type ErrorRateResult } from './error-rate.ts';

/** One utterance, which may be empty, or several */
type PhonemeReferences = readonly string[] | readonly (readonly string[])[];

/**
 * PER: the number of edits from the reference to the hypothesis, divided by the phonemes of the reference. An utterance
 * is an array of phonemes, or of any other labels. An utterance may have several references, such as a dictionary's
 * pronunciations of a word. The one with the fewest edits counts; among those the longest, whose rate is the lowest;
 * among those the first. `[]` is one reference without phonemes.
 *
 * @example
 * const rate = new PhonemeErrorRate();
 * rate.update([['K', 'AE', 'T']], [['HH', 'AE', 'T']]);
 * rate.compute(); // 1 / 3
 * rate.reset();
 * rate.update([['T', 'AH', 'M', 'AA', 'T', 'OW']], [[['T', 'AH', 'M', 'EY', 'T', 'OW'], ['T', 'AH', 'M', 'AA', 'T', 'OW']]]);
 * rate.compute(); // 0
 */
export class PhonemeErrorRate extends ErrorRate<readonly string[]> {
  protected check(
    hypotheses: readonly (readonly string[])[],
    references: readonly PhonemeReferences[],
  ): void {
    checkUtterances('PhonemeErrorRate.update', hypotheses, references);
  }

  protected listed(references: PhonemeReferences): readonly (readonly string[])[] {
    return isUtterance(references) ? [references] : references;
  }

  protected symbols(utterance: readonly string[]): readonly string[] {
    return utterance;
  }
}

/**
 * The phoneme error rate of utterances, with the edits by kind.
 *
 * @param references for each hypothesis one utterance or several, of which the nearest counts, as in `PhonemeErrorRate`
 */
export function phonemeErrorRate(
  hypotheses: readonly (readonly string[])[],
  references: readonly PhonemeReferences[],
): ErrorRateResult {
  checkUtterances('phonemeErrorRate', hypotheses, references);
  const metric = new PhonemeErrorRate();
  metric.update(hypotheses, references);
  return metric.result();
}

const isUtterance = (references: PhonemeReferences): references is readonly string[] =>
  texts.fits(references);

const oneOrSeveral = kind.required(kind.either(texts, kind.listOf(texts, 'an array of such arrays')));

function checkUtterances(
  owner: string,
  hypotheses: readonly (readonly string[])[],
  references: readonly PhonemeReferences[],
): void {
  checkList(owner, 'hypotheses', hypotheses, texts);
  checkList(owner, 'references', references, oneOrSeveral);
  checkSameLength(owner, { hypotheses, references });
}
