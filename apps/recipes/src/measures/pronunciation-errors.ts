import { phonemeErrorRate } from '@unroll/train/metrics';
import { type DictionaryWord, withoutStress } from '../corpora/cmudict.ts';

/** The distance of pronunciations from the dictionary's. When a word has several, the nearest counts. */
export interface PronunciationErrors {
  /** Edits divided by phonemes */
  readonly per: number;
  /** The share of words whose pronunciation equals none of the dictionary's */
  readonly wer: number;
}

/** With stress (`AH0` differs from `AH1`), and without. */
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
