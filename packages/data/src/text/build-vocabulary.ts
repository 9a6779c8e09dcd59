import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type EitherIterable, visitEach } from '../either-iterable.ts';
import { byCodePoint } from './code-point-order.ts';
import { type SpecialTokens, specialTokenList } from './special-tokens.ts';
import { Vocabulary } from './vocabulary.ts';

export interface BuildVocabularyOptions {
  /** Absent: there are none, and a token that the vocabulary does not have is an error. They come first: pad, unk, bos, eos, others. */
  specials?: SpecialTokens | undefined;
  /** How often a token has to occur to be taken. Default 1. */
  minFrequency?: number | undefined;
  /** The most tokens, special ones too. Absent: as many as there are. */
  maxSize?: number | undefined;
}

export const vocabularyKinds = { specials: kind.record, minFrequency: kind.whole(1), maxSize: kind.whole(1) };

/**
 * The vocabulary of texts: special tokens, then the texts' by frequency, the most frequent first, and of one frequency by code point,
 * so that the order of the texts does not matter (as torchtext's `build_vocab_from_iterator`).
 *
 * @param texts the tokens of each text, at hand or to be waited for
 * @returns a promise where they have to be waited for
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
