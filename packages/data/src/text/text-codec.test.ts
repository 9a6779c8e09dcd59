import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildVocabulary } from './build-vocabulary.ts';
import { characters } from './characters.ts';
import { TextCodec } from './text-codec.ts';
import { trainBytePairEncoding } from './train-byte-pair-encoding.ts';
import { Vocabulary } from './vocabulary.ts';
import { whitespace } from './whitespace.ts';

const specials = { pad: '<pad>', unk: '<unk>', bos: '<s>', eos: '</s>' };
const vocabulary = buildVocabulary([['a', 'b']], { specials });

describe('a text codec', () => {
  it('adds the beginning and the end when set up to, unless a call disables it', () => {
    const codec = new TextCodec({ tokenizer: whitespace(), vocabulary, bos: true, eos: true });
    expect(codec.encode('b a')).toEqual([2, 5, 4, 3]);
    expect(codec.encode('b a', { specials: false })).toEqual([5, 4]);
    expect(new TextCodec({ tokenizer: whitespace(), vocabulary, eos: true }).encode('')).toEqual([3]);
    expect([codec.size, codec.specialIds.pad]).toEqual([6, 0]);
  });

  it('leaves special tokens out of a text, except unk', () => {
    const codec = new TextCodec({ tokenizer: whitespace(), vocabulary, eos: true });
    const ids = [...codec.encode('a x b'), 0, 0];
    expect(codec.decode(ids)).toBe('a <unk> b');
    expect(codec.decode(Int32Array.from(ids), { specials: true })).toBe('a <unk> b </s> <pad> <pad>');
  });

  it('normalizes first', () => {
    const normalizer = { lowercase: true, collapseWhitespace: true };
    const codec = new TextCodec({ tokenizer: characters(), vocabulary, normalizer });
    expect(codec.tokenize(' A  B ')).toEqual(['a', ' ', 'b']);
  });

  it('encodes every text with byte-pair encoding, and decodes it exactly', () => {
    const tokenizer = trainBytePairEncoding(['low lower lowest'], { merges: 10 });
    const made = new Vocabulary(tokenizer.tokens, { specials: { pad: '<pad>', eos: '</s>' } });
    const codec = new TextCodec({ tokenizer, vocabulary: made, eos: true });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(codec.decode(codec.encode(text))).toBe(text);
      }),
    );
  });

  it('survives a round trip through JSON', () => {
    const tokenizer = trainBytePairEncoding(['low lower lowest'], { merges: 10 });
    const made = new Vocabulary(tokenizer.tokens, { specials });
    const codec = new TextCodec({
      tokenizer,
      vocabulary: made,
      bos: true,
      normalizer: { form: 'NFKC', lowercase: true },
    });
    const again = TextCodec.fromJSON(JSON.parse(JSON.stringify(codec)));
    expect(JSON.stringify(again)).toBe(JSON.stringify(codec));
    expect(again.encode('LOWER ﬁ')).toEqual(codec.encode('lower fi'));
    expect(again.encode('')).toEqual([made.specialIds.bos]);
  });

  it('can be loaded from JSON with a custom tokenizer that is given again', () => {
    const tokenizer = {
      tokenize: (text: string) => text.split('|'),
      detokenize: (tokens: readonly string[]) => tokens.join('|'),
    };
    const json = JSON.parse(JSON.stringify(new TextCodec({ tokenizer, vocabulary })));
    expect(TextCodec.fromJSON(json, { tokenizer }).encode('b|a')).toEqual([5, 4]);
    expect(() => TextCodec.fromJSON(json)).toThrow(
      'TextCodec.fromJSON: the codec had a tokenizer of its own; expected it again, as the option tokenizer',
    );
  });

  it('throws when its parts do not fit, or its JSON is invalid', () => {
    expect(
      () => new TextCodec({ tokenizer: whitespace(), vocabulary: new Vocabulary([]), eos: true }),
    ).toThrow('TextCodec: eos is true, but the vocabulary has no specials.eos');
    expect(() => new TextCodec({ tokenizer: {} as never, vocabulary })).toThrow('expected a tokenizer');
    const codec = new TextCodec({ tokenizer: whitespace(), vocabulary });
    const json = JSON.parse(JSON.stringify(codec));
    const broken: [object, string][] = [
      [{ ...json, bos: 1 }, 'TextCodec.fromJSON: bos is 1'],
      [{ ...json, vocabulary: 3 }, 'Vocabulary.fromJSON'],
      [{ ...json, normalizer: { form: 'X' } }, 'normalizer: form'],
      [{ ...json, vocabulary: { tokens: ['a'], specials: {} }, eos: true }, 'no specials.eos'],
    ];
    for (const [given, message] of broken) {
      expect(() => TextCodec.fromJSON(given)).toThrow(
        expect.objectContaining({ name: 'FormatError', message: expect.stringContaining(message) }),
      );
    }
    expect(() => codec.decode([6])).toThrow('id is 6');
  });
});
