import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type EitherIterable, visitEach } from '../either-iterable.ts';
import { byCodePoint } from './code-point-order.ts';
import { type SpecialTokens, specialTokenList } from './special-tokens.ts';
import { Vocabulary } from './vocabulary.ts';

export interface BuildVocabularyOptions {
  /**
   * Special tokens come first: pad, unk, bos, eos, others. Default: none; a token outside the vocabulary is then an
   * error.
   */
  specials?: SpecialTokens | undefined;
  /** The least frequency of a token in the vocabulary. Default 1. */
  minFrequency?: number | undefined;
  /** The greatest number of tokens, including special tokens. Default: no limit. */
  maxSize?: number | undefined;
}

export const vocabularyKinds = { specials: kind.record, minFrequency: kind.whole(1), maxSize: kind.whole(1) };

/**
 * Builds the vocabulary of texts: special tokens, then the tokens of the texts by falling frequency, and by code point
 * among equal frequencies. The order of the texts does not matter (as in torchtext's `build_vocab_from_iterator`).
 *
 * @param texts the tokens of each text, in memory or from an async iterable
 * @returns a promise when the texts are an async iterable
 *
 * @example
 * const texts = ['a cat', 'a dog'].map((text) => whitespace().tokenize(text));
 * buildVocabulary(texts, { specials: { unk: '<unk>' } }).tokens; // ['<unk>', 'a', 'cat', 'dog']
 */
export function buildVocabulary(
  texts: Iterable<readonly string[]>,
  options?: BuildVocabularyOptions,
): Vocabulary;
export function buildVocabulary(
  texts: AsyncIterable<readonly string[]>,
  options?: BuildVocabularyOptions,
): Promise<Vocabulary>;
export function buildVocabulary(
  texts: EitherIterable<readonly string[]>,
  options: BuildVocabularyOptions = {},
): Vocabulary | Promise<Vocabulary> {
  const given = checkOptions('buildVocabulary', options, vocabularyKinds);
  const counts = new Map<string, number>();
  const count = (tokens: readonly string[]) => {
    if (typeof tokens === 'string') {
      throw new ArgumentError(
        'buildVocabulary',
        'texts',
        `have the text ${shown(tokens)}; expected its tokens: tokenizer.tokenize(text)`,
      );
    }
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  };
  return visitEach('buildVocabulary', 'texts', texts, count, () => vocabularyOf(counts, given));
}

function vocabularyOf(counts: ReadonlyMap<string, number>, options: BuildVocabularyOptions): Vocabulary {
  const { specials = {}, minFrequency = 1, maxSize = Number.POSITIVE_INFINITY } = options;
  const special = specialTokenList(specials);
  const tokens = [...counts]
    .filter(([token, count]) => count >= minFrequency && !special.includes(token))
    .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || byCodePoint(a, b))
    .slice(0, Math.max(0, maxSize - special.length))
    .map(([token]) => token);
  return new Vocabulary(tokens, { specials });
}
