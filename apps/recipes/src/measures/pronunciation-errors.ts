import { phonemeErrorRate } from '@unroll/train/metrics';
import { type DictionaryWord, withoutStress } from '../corpora/cmudict.ts';

/** How far pronunciations are from those of the dictionary. Of several of a word the nearest counts. */
export interface PronunciationErrors {
  /** Edits over phonemes */
  readonly per: number;
  /** Words that are not said as any of their pronunciations, over all words */
  readonly wer: number;
}

/** With stress as it is (`AH0` is not `AH1`), and without. */
export interface ErrorsByStress {
  readonly kept: PronunciationErrors;
  readonly stripped: PronunciationErrors;
}

export function pronunciationErrors(
  said: readonly (readonly string[])[],
  words: readonly DictionaryWord[],
): ErrorsByStress {
  return {
    kept: errorsOf(said, words, (phoneme) => phoneme),
    stripped: errorsOf(said, words, withoutStress),
  };
}

function errorsOf(
  said: readonly (readonly string[])[],
  words: readonly DictionaryWord[],
  as: (phoneme: string) => string,
): PronunciationErrors {
  const hypotheses = said.map((phonemes) => phonemes.map(as));
  const references = words.map(({ pronunciations }) => pronunciations.map((phonemes) => phonemes.map(as)));
  const { rate } = phonemeErrorRate(hypotheses, references);
  const wrong = hypotheses.filter(
    (hypothesis, i) => !references[i]!.some((reference) => reference.join(' ') === hypothesis.join(' ')),
  );
  return { per: rate, wer: wrong.length / words.length };
}
