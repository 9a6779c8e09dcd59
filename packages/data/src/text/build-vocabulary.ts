import { checkOptions, kind } from '@unroll/backend/checks';
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

const kinds = { specials: kind.record, minFrequency: kind.whole(1), maxSize: kind.whole(1) };

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
  texts: Iterable<Iterable<string>>,
  options?: BuildVocabularyOptions,
): Vocabulary;
export function buildVocabulary(
  texts: AsyncIterable<Iterable<string>>,
  options?: BuildVocabularyOptions,
): Promise<Vocabulary>;
export function buildVocabulary(
  texts: EitherIterable<Iterable<string>>,
  options: BuildVocabularyOptions = {},
): Vocabulary | Promise<Vocabulary> {
  const given = checkOptions('buildVocabulary', options, kinds);
  const counts = new Map<string, number>();
  const count = (tokens: Iterable<string>) => {
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  };
  return visitEach(texts, count, () => vocabularyOf(counts, given));
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
