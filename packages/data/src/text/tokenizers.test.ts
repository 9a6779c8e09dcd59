import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characters } from './characters.ts';
import { tokenizerFromJSON } from './tokenizer-from-json.ts';
import { whitespace } from './whitespace.ts';
import { words } from './words.ts';

const family = '👩‍👩‍👧';

describe('characters', () => {
  it('are code points, or graphemes', () => {
    expect(characters().tokenize('e\u0301🙂')).toEqual(['e', '\u0301', '🙂']);
    expect(characters({ unit: 'grapheme' }).tokenize(`e\u0301${family}a`)).toEqual(['e\u0301', family, 'a']);
    expect(() => characters({ unit: 'byte' as 'grapheme' })).toThrow(
      "characters: unit is 'byte'; expected 'codePoint' or 'grapheme'",
    );
  });

  it('join to the exact text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('codePoint', 'grapheme'), (text, unit) => {
        const tokenizer = characters({ unit });
        expect(tokenizer.detokenize(tokenizer.tokenize(text))).toBe(text);
      }),
    );
  });
});

describe('words', () => {
  const text = "It's 3.5 km,\n no? 🙂";

  it('keep marks by default, and join by spaces', () => {
    expect(words().tokenize(text)).toEqual(["It's", '3.5', 'km', ',', 'no', '?', '🙂']);
    expect(words({ keep: 'words' }).tokenize(text)).toEqual(["It's", '3.5', 'km', 'no']);
    expect(words().detokenize(['a', ',', 'b'])).toBe('a , b');
  });

  it('join to the exact text with keep everything', () => {
    const tokenizer = words({ keep: 'everything' });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        expect(tokenizer.detokenize(tokenizer.tokenize(any))).toBe(any);
      }),
    );
  });

  it('are found in languages without spaces', () => {
    expect(words({ locale: 'ja' }).tokenize('東京に行く').length).toBeGreaterThan(1);
    expect(() => words({ locale: '?' })).toThrow(
      "words: locale is '?'; expected a BCP 47 tag, such as en or zh-Hant",
    );
  });
});

describe('whitespace', () => {
  it('splits at any white space, and returns no empty token', () => {
    expect(whitespace().tokenize('  a\tb\u00a0c\r\nd\u3000e ')).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(whitespace().tokenize(' ')).toEqual([]);
    expect(whitespace().detokenize(['a', 'b'])).toBe('a b');
  });
});

describe('a tokenizer as JSON', () => {
  it('can be restored', () => {
    const tokenizers = [
      characters({ unit: 'grapheme' }),
      words({ locale: 'de', keep: 'everything' }),
      whitespace(),
    ];
    const text = `Ein e\u0301, ${family}!  x`;
    for (const tokenizer of tokenizers) {
      const again = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
      expect(again.tokenize(text)).toEqual(tokenizer.tokenize(text));
      expect(again.toJSON?.()).toEqual(tokenizer.toJSON?.());
    }
  });

  it('throws for an invalid field, and names it', () => {
    const refuse = (json: unknown, message: string) =>
      expect(() => tokenizerFromJSON(json)).toThrow(
        expect.objectContaining({ name: 'FormatError', message: expect.stringContaining(message) }),
      );
    refuse(null, 'tokenizerFromJSON: the JSON is no object; expected one with type');
    refuse([], 'the JSON is no object');
    refuse({ type: 'toString' }, "type is 'toString'; expected one of 'characters'");
    refuse({}, 'type is undefined');
    refuse({ type: 'words', locale: 3 }, 'words: locale is 3');
    refuse({ type: 'bytePairEncoding' }, 'BytePairEncoding.fromJSON: merges is undefined');
  });
});
