import { lettersInContext } from '../baselines/letters-in-context.ts';
import type { DictionaryWord } from '../corpora/cmudict.ts';
import { type ErrorsByStress, pronunciationErrors } from '../measures/pronunciation-errors.ts';

/** The errors of the letters-in-context baseline on words. It learns each word's first pronunciation. */
export function baselineErrors(
  train: readonly DictionaryWord[],
  words: readonly DictionaryWord[],
): ErrorsByStress {
  const learnt = train.map(({ word, pronunciations: [first] }) => ({
    letters: [...word],
    phonemes: first!,
  }));
  const said = lettersInContext(
    learnt,
    words.map(({ word }) => word),
  );
  return pronunciationErrors(said, words);
}
