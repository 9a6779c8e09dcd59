import { describe, expect, it } from 'vitest';
import { streamOf } from '../dataset/index.ts';
import {
  buildTextCodec,
  buildVocabulary,
  TextCodec,
  trainBytePairEncoding,
  Vocabulary,
  words,
} from './index.ts';

const texts = ['A fine film', 'a FINE day', 'Never again'];
const options = {
  tokenizer: words(),
  normalizer: { lowercase: true },
  specials: { pad: '<pad>', unk: '<unk>', eos: '</s>' },
  eos: true,
};

describe('a codec that is built of texts', () => {
  it('knows every word of them, normalized as it normalizes', () => {
    const codec = buildTextCodec(texts, options);
    for (const text of texts) expect(codec.encode(text)).not.toContain(codec.specialIds.unk);
    expect(codec.vocabulary.tokens).toEqual([
      '<pad>',
      '<unk>',
      '</s>',
      'a',
      'fine',
      'again',
      'day',
      'film',
      'never',
    ]);
    expect(codec.encode('A fine cat')).toEqual([3, 4, 1, 2]);
    expect(buildTextCodec(texts, { ...options, minFrequency: 2 }).size).toBe(5);
  });

  it('is the same of a stream', async () => {
    const streamed = await buildTextCodec(
      streamOf(() => texts),
      options,
    );
    expect(JSON.stringify(streamed)).toBe(JSON.stringify(buildTextCodec(texts, options)));
    expect(streamed).toBeInstanceOf(TextCodec);
  });
});

describe('texts where tokens are expected, or a text where texts are', () => {
  it.each([
    [
      'buildTextCodec',
      () => buildTextCodec('hello' as never, options),
      "buildTextCodec: texts is 'hello'; expected an array, or a stream",
    ],
    [
      'buildVocabulary of texts',
      () => buildVocabulary(['hello world'] as never),
      "buildVocabulary: texts have the text 'hello world'; expected its tokens: tokenizer.tokenize(text)",
    ],
    [
      'buildVocabulary of a text',
      () => buildVocabulary('hello' as never),
      "buildVocabulary: texts is 'hello'; expected an array, or a stream",
    ],
    [
      'trainBytePairEncoding',
      () => trainBytePairEncoding('hello' as never, { vocabSize: 300 }),
      "trainBytePairEncoding: texts is 'hello'; expected an array, or a stream",
    ],
    [
      'Vocabulary.encode',
      () => new Vocabulary(['a']).encode('aa' as never),
      "Vocabulary.encode: tokens is 'aa'; expected an array of tokens",
    ],
  ])('are refused by %s', (_, call, message) => {
    expect(call).toThrow(message);
  });
});
