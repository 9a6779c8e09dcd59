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

describe('a codec that is built from texts', () => {
  it('knows every word of the texts, normalized as the codec does', () => {
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

  it('is the same when built from a stream', async () => {
    const streamed = await buildTextCodec(
      streamOf(() => texts),
      options,
    );
    expect(JSON.stringify(streamed)).toBe(JSON.stringify(buildTextCodec(texts, options)));
    expect(streamed).toBeInstanceOf(TextCodec);
  });
});

describe('byte-pair encoding with a custom pattern', () => {
  it('returns the exact text, for any text, although others search with the same pattern', () => {
    expect(() => trainBytePairEncoding(['a'], { merges: 1, pattern: /\w+|[^\w\s]/g })).toThrow(
      'trainBytePairEncoding: pattern is a RegExp; expected a regular expression with the flags g and u (or v)',
    );
    const encoding = trainBytePairEncoding(['low lower low lower'], { merges: 9, minFrequency: 1 });
    const tokens = encoding.tokenize('low lower');
    encoding.pattern.test('low lower');
    expect(encoding.tokenize('yy low').join('')).toBe('yyĠlow');
    encoding.pattern.test('low lower');
    expect(encoding.tokenize('low lower')).toEqual(tokens);
    expect(encoding.detokenize(['‹début>', ...encoding.tokenize('né 🙂'), '«pad»'])).toBe(
      '‹début>né 🙂«pad»',
    );
  });
});

describe('a codec in JSON', () => {
  it('throws a FormatError when its locale is invalid', () => {
    const saved = {
      tokenizer: { type: 'words', locale: '!!', keep: 'words' },
      vocabulary: { tokens: [], specials: {} },
      bos: false,
      eos: false,
    };
    expect(() => TextCodec.fromJSON(saved)).toThrow(expect.objectContaining({ name: 'FormatError' }));
    expect(() => words({ locale: '!!' })).toThrow(
      "words: locale is '!!'; expected a BCP 47 tag, such as en or zh-Hant",
    );
  });
});

describe('texts instead of tokens, or a text instead of texts', () => {
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
      'Vocabulary',
      () => new Vocabulary('abc' as never),
      "Vocabulary: tokens is 'abc'; expected an array, or a stream",
    ],
    [
      'Vocabulary of nothing',
      () => new Vocabulary(undefined as never),
      'Vocabulary: tokens is undefined; expected an array, or a stream',
    ],
    [
      'TextCodec.encode',
      () => buildTextCodec(['a'], options).encode(undefined as never),
      'TextCodec.encode: text is undefined; expected a string',
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
