import { checkOptions } from '@unroll/backend/checks';
import { checkIterable, type EitherIterable } from '../either-iterable.ts';
import { type BuildVocabularyOptions, buildVocabulary, vocabularyKinds } from './build-vocabulary.ts';
import { normalizer } from './normalizer.ts';
import { codecKinds, TextCodec, type TextCodecOptions } from './text-codec.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The options of a codec, and those of its vocabulary. */
export interface BuildTextCodecOptions extends Omit<TextCodecOptions, 'vocabulary'>, BuildVocabularyOptions {}

const { vocabulary: _, ...partKinds } = codecKinds;
const kinds = { ...vocabularyKinds, ...partKinds };

/**
 * Builds a codec with the vocabulary of texts, which are normalized and tokenized by the codec itself.
 *
 * @param texts the texts of the training part alone
 * @returns a promise when the texts are an async iterable
 *
 * @example
 * const codec = buildTextCodec(texts, { tokenizer: words(), normalizer: { lowercase: true }, specials: { pad: '<pad>', unk: '<unk>' } });
 * codec.encode('A fine film');
 */
export function buildTextCodec(texts: Iterable<string>, options: BuildTextCodecOptions): TextCodec;
export function buildTextCodec(
  texts: AsyncIterable<string>,
  options: BuildTextCodecOptions,
): Promise<TextCodec>;
export function buildTextCodec(
  texts: EitherIterable<string>,
  options: BuildTextCodecOptions,
): TextCodec | Promise<TextCodec> {
  const { specials, minFrequency, maxSize, ...parts } = checkOptions('buildTextCodec', options, kinds);
  checkIterable('buildTextCodec', 'texts', texts);
  const normalize = parts.normalizer ? normalizer(parts.normalizer) : (text: string) => text;
  const tokensOf = (text: string) => parts.tokenizer.tokenize(normalize(text));
  const codecOf = (vocabulary: Vocabulary) => new TextCodec({ ...parts, vocabulary });
  const limits = { specials, minFrequency, maxSize };
  return Symbol.iterator in texts
    ? codecOf(buildVocabulary(eachOf(texts, tokensOf), limits))
    : buildVocabulary(eachWaitingOf(texts, tokensOf), limits).then(codecOf);
}

function* eachOf<T, U>(elements: Iterable<T>, f: (element: T) => U): Iterable<U> {
  for (const element of elements) yield f(element);
}

async function* eachWaitingOf<T, U>(elements: AsyncIterable<T>, f: (element: T) => U): AsyncIterable<U> {
  for await (const element of elements) yield f(element);
}
