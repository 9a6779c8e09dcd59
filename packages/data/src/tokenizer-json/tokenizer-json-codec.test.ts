import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characters } from '../text/characters.ts';
import { TextCodec } from '../text/text-codec.ts';
import { trainBytePairEncoding } from '../text/train-byte-pair-encoding.ts';
import { Vocabulary } from '../text/vocabulary.ts';
import { toTokenizerJson } from './to-tokenizer-json.ts';
import { TokenizerJsonCodec } from './tokenizer-json-codec.ts';

const special = (id: number, content: string) => ({ id, content, special: true, normalized: false });

const wordLevel = {
  added_tokens: [special(0, '[PAD]'), special(1, '[UNK]')],
  padding: { strategy: 'BatchLongest', pad_id: 0, pad_token: '[PAD]' },
  normalizer: { type: 'Lowercase' },
  pre_tokenizer: { type: 'Whitespace' },
  model: {
    type: 'WordLevel',
    vocab: { '[PAD]': 0, '[UNK]': 1, hello: 2, world: 3, ['__proto__']: 4 },
    unk_token: '[UNK]',
  },
};

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/word-piece/${name}`, import.meta.url), 'utf8');

const wordPiece = fixture('tokenizer.json');

const bytePairs = {
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
  decoder: { type: 'ByteLevel' },
  model: { type: 'BPE', vocab: { l: 0, o: 1, w: 2, lo: 3, low: 4, Ġ: 5 }, merges: ['l o', 'lo w'] },
};

describe('a tokenizer.json', () => {
  it('of whole words gives their ids, and unk’s for other words', () => {
    const codec = new TokenizerJsonCodec(JSON.stringify(wordLevel));
    expect(codec.encode('Hello there __proto__ world')).toEqual([2, 1, 4, 3]);
    expect(codec.decode([2, 3, 0])).toBe('hello world');
    expect(codec.decode([2, 0], { specials: true })).toBe('hello [PAD]');
    expect(codec.specialIds).toEqual({ pad: 0, unk: 1, others: [] });
    expect(codec.size).toBe(5);
  });

  it('of word pieces adds its special tokens, unless a call disables them', () => {
    const codec = new TokenizerJsonCodec(wordPiece, {
      config: fixture('tokenizer_config.json'),
      specials: { eos: '[SEP]' },
    });
    expect(codec.tokenize('Playing!')).toEqual(['play', '##ing', '!']);
    expect(codec.encode('Playing!')).toEqual([2, 4, 5, 6, 3]);
    expect(codec.encode('Playing!', { specials: false })).toEqual([4, 5, 6]);
    expect(codec.decode([2, 4, 5, 6, 3])).toBe('playing !');
    expect(codec.specialIds).toEqual({ pad: 0, unk: 1, bos: 2, eos: 3, others: [3] });
  });

  it('of byte pairs merges them', () => {
    const codec = new TokenizerJsonCodec(bytePairs);
    expect(codec.encode('low lo')).toEqual([4, 5, 3]);
    expect(codec.decode([4, 5, 3])).toBe('low lo');
    expect(codec.decode([])).toBe('');
  });

  it('throws for invalid ids, and for a token that the model does not know', () => {
    const codec = new TokenizerJsonCodec(bytePairs);
    for (const id of [6, -1, 1.5])
      expect(() => codec.decode([4, id])).toThrow(`id is ${id}, no token's number`);
    const { unk_token: _, ...model } = wordLevel.model;
    expect(() => new TokenizerJsonCodec({ ...wordLevel, model }).encode('hello sun')).toThrow(
      "text has the token 'sun', which the model does not know",
    );
  });

  it('survives a round trip through JSON', () => {
    const codec = new TokenizerJsonCodec(wordPiece, { specials: { eos: '[SEP]' } });
    const again = TokenizerJsonCodec.fromJSON(JSON.parse(JSON.stringify(codec)));
    expect(again.encode('play!')).toEqual(codec.encode('play!'));
    expect(again.specialIds).toEqual(codec.specialIds);
  });

  it('throws for an invalid file, and names the fault in it', () => {
    const broken: [string | object, string][] = [
      ['{"model":', 'tokenizer.json: '],
      ['[]', 'tokenizer.json: it holds no object'],
      ['{}', 'tokenizer.json: model is undefined; expected an object'],
      [{ model: { type: 'Nonsense' } }, 'tokenizer.json: '],
      [{ ...bytePairs, decoder: { type: 'Nonsense' } }, 'tokenizer.json: '],
    ];
    for (const [json, message] of broken) {
      expect(() => new TokenizerJsonCodec(json)).toThrow(
        expect.objectContaining({ name: 'FormatError', message: expect.stringContaining(message) }),
      );
    }
    expect(() => new TokenizerJsonCodec(bytePairs, { specials: { pad: '<pad>' } })).toThrow(
      "specials.pad is '<pad>', which is no token",
    );
  });
});

describe('byte-pair encoding as a tokenizer.json', () => {
  const texts = ['low lower lowest, slowly; été 🙂🙂', "it's 1999 and the  spaces\n\nfollow"];

  it('throws for a pattern with flags that the file cannot store', () => {
    const tokenizer = trainBytePairEncoding(['AbC ABC'], {
      merges: 3,
      minFrequency: 1,
      pattern: /[a-z]+|[^a-z]/giu,
    });
    const codec = new TextCodec({ tokenizer, vocabulary: new Vocabulary(tokenizer.tokens) });
    expect(() => toTokenizerJson(codec)).toThrow(
      'toTokenizerJson: codec has a pattern with the flags i, which tokenizer.json cannot tell',
    );
  });

  it('gives the same ids and the same text', () => {
    for (const pattern of [undefined, /\p{N}{1,3}|\p{L}+| +/gu]) {
      const tokenizer = trainBytePairEncoding(texts, { merges: 40, minFrequency: 1, pattern });
      const vocabulary = new Vocabulary(tokenizer.tokens, {
        specials: { pad: '<pad>', bos: '<s>', eos: '</s>', others: ['<mask>'] },
      });
      const codec = new TextCodec({ tokenizer, vocabulary, bos: true, eos: true });
      const theirs = new TokenizerJsonCodec(JSON.stringify(toTokenizerJson(codec)));
      expect(theirs.size).toBe(codec.size);
      const pieces = fc.constantFrom(...texts.join(' ').split(/\b/u), ' ', '\n', 'é', '\u{1f469}\u200d');
      const text = fc.oneof(
        fc.array(pieces).map((list) => list.join('')),
        fc.string({ unit: 'binary' }),
      );
      fc.assert(
        fc.property(text, (given) => {
          const ids = codec.encode(given);
          expect(theirs.encode(given)).toEqual(ids);
          expect(theirs.encode(given, { specials: false })).toEqual(codec.encode(given, { specials: false }));
          expect(theirs.decode(ids)).toBe(given);
        }),
        { numRuns: 300 },
      );
    }
  });

  it('throws for a codec that the file cannot represent', () => {
    const tokenizer = trainBytePairEncoding(texts, { merges: 4 });
    const vocabulary = new Vocabulary(tokenizer.tokens);
    const refuse = (codec: TextCodec, message: string) =>
      expect(() => toTokenizerJson(codec)).toThrow(message);
    refuse(
      new TextCodec({ tokenizer: characters(), vocabulary }),
      'has another tokenizer than a BytePairEncoding',
    );
    refuse(new TextCodec({ tokenizer, vocabulary, normalizer: {} }), 'has a normalizer');
    refuse(
      new TextCodec({ tokenizer, vocabulary: new Vocabulary(tokenizer.tokens.slice(0, 257)) }),
      "has a vocabulary without '",
    );
  });
});
