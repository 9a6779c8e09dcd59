import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type Hypothesis, mostAttended } from './hypothesis.ts';

export interface UnknownWordOptions {
  /** The token that stands for words outside the vocabulary */
  unknownToken: number;
  /**
   * The source's words, one for each of its steps. Later steps, such as an end token's, have no word and replace
   * nothing.
   */
  sourceWords: readonly string[];
  /** The word of a token */
  wordOf: (token: number) => string;
}

const word = { expected: 'a string', fits: (value: unknown) => typeof value === 'string' };
const hypothesisKind = kind.required({
  expected: 'a hypothesis of a search',
  fits: (value) => Array.isArray((value as Partial<Hypothesis> | null)?.tokens),
});
const kinds = {
  unknownToken: kind.required(kind.whole(0)),
  sourceWords: kind.required(kind.listOf(word, 'an array of strings')),
  wordOf: kind.required(kind.func),
};

/**
 * The words of a hypothesis. For each unknown token stands the source word to which the token attends most, so that
 * names and numbers pass through a model that does not know them. Like OpenNMT-py's `replace_unk`.
 *
 * @throws when the hypothesis has no attention, or an option is invalid
 *
 * @see https://opennmt.net/OpenNMT-py/options/translate.html
 */
export function replaceUnknownWords(
  hypothesis: Pick<Hypothesis, 'tokens' | 'attention'>,
  options: UnknownWordOptions,
): string[] {
  const { unknownToken, sourceWords, wordOf } = checkOptions('replaceUnknownWords', options, kinds);
  checkValue('replaceUnknownWords', 'hypothesis', hypothesis, hypothesisKind);
  const { tokens, attention } = hypothesis;
  if (!attention) {
    const fault = 'has no attention; expected one of a search with attention: true';
    throw new ArgumentError('replaceUnknownWords', 'hypothesis', fault);
  }
  return tokens.map((token, place) => {
    if (token !== unknownToken) return wordOf(token);
    const weights = attention[place]!.subarray(0, sourceWords.length);
    return sourceWords[mostAttended(weights)] ?? wordOf(token);
  });
}
