import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildVocabulary } from './build-vocabulary.ts';
import { byCodePoint } from './code-point-order.ts';
import { Vocabulary } from './vocabulary.ts';

const specials = { pad: '<pad>', unk: '<unk>', bos: '<s>', eos: '</s>', others: ['<mask>'] };

describe('a vocabulary of texts', () => {
  const texts = [
    ['b', 'a', 'b'],
    ['c', 'a', 'b', 'Z'],
  ];

  it('has special tokens first, then tokens by frequency, and equally frequent ones by code point', () => {
    expect(buildVocabulary(texts).tokens).toEqual(['b', 'a', 'Z', 'c']);
    expect(buildVocabulary(texts, { specials }).tokens).toEqual([
      '<pad>',
      '<unk>',
      '<s>',
      '</s>',
      '<mask>',
      'b',
      'a',
      'Z',
      'c',
    ]);
  });

  it('leaves out rare tokens, and tokens beyond its size, in which special tokens count', () => {
    expect(buildVocabulary(texts, { minFrequency: 2 }).tokens).toEqual(['b', 'a']);
    expect(buildVocabulary(texts, { maxSize: 3, specials: { unk: '?' } }).tokens).toEqual(['?', 'b', 'a']);
    expect(() => buildVocabulary(texts, { minFrequency: 0 })).toThrow('buildVocabulary: minFrequency is 0');
  });

  it('is the same for any order of the texts', () => {
    const lists = fc.array(fc.array(fc.string({ maxLength: 2 })));
    fc.assert(
      fc.property(lists, (given) => {
        const reversed = given.map((tokens) => tokens.toReversed()).reverse();
        expect(buildVocabulary(reversed).tokens).toEqual(buildVocabulary(given).tokens);
      }),
    );
  });

  it('is built from an async iterable of texts, as a promise', async () => {
    async function* later() {
      yield* texts;
    }
    expect((await buildVocabulary(later(), { specials })).tokens).toEqual(
      buildVocabulary(texts, { specials }).tokens,
    );
  });

  it('counts a special token in a text as the special token', () => {
    expect(buildVocabulary([['<unk>', 'a']], { specials: { unk: '<unk>' } }).tokens).toEqual(['<unk>', 'a']);
  });
});

it('code points are ordered as in UTF-8', () => {
  const utf8 = (text: string) => Buffer.from(text);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(byCodePoint(a, b))).toBe(Buffer.compare(utf8(a), utf8(b)));
    }),
  );
  expect(byCodePoint('\uffff', '\u{10000}')).toBeLessThan(0);
});

describe('a vocabulary', () => {
  it('converts between tokens and ids', () => {
    const vocabulary = new Vocabulary(['the', 'cat'], { specials });
    expect(vocabulary.size).toBe(7);
    expect(vocabulary.encode(['the', 'dog', '<pad>'])).toEqual([5, 1, 0]);
    expect(vocabulary.decode(Int32Array.of(5, 6))).toEqual(['the', 'cat']);
    expect(vocabulary.specialIds).toEqual({ pad: 0, unk: 1, bos: 2, eos: 3, others: [4] });
    expect(vocabulary.has('cat')).toBe(true);
    expect(vocabulary.has('dog')).toBe(false);
  });

  it('finds special tokens within a given list', () => {
    const vocabulary = new Vocabulary(['a', '[PAD]', '[UNK]'], { specials: { pad: '[PAD]', unk: '[UNK]' } });
    expect(vocabulary.size).toBe(3);
    expect(vocabulary.specialIds).toEqual({ pad: 1, unk: 2, others: [] });
  });

  it('accepts one token in two special roles', () => {
    const { size, specialIds } = new Vocabulary([], { specials: { pad: '<|end|>', eos: '<|end|>' } });
    expect([size, specialIds]).toEqual([1, { pad: 0, eos: 0, others: [] }]);
  });

  it('tells which tokens it does not have', () => {
    const vocabulary = new Vocabulary(['the'], { specials });
    expect(vocabulary.unknown(['a', 'the', 'a', 'b'])).toEqual(
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    );
    expect(() => new Vocabulary(['the']).encode(['the', 'cat'])).toThrow(
      "Vocabulary: token is 'cat', which the vocabulary does not have; specials.unk would stand for it",
    );
  });

  it('treats tokens like __proto__ as any other', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const vocabulary = buildVocabulary([names, ['__proto__']], { specials: { unk: '?' } });
    expect(vocabulary.encode(['__proto__', 'valueOf'])).toEqual([1, 0]);
    expect(new Vocabulary([], { specials: { unk: '?' } }).encode(names)).toEqual([0, 0, 0, 0]);
    expect(Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary))).tokens).toEqual(vocabulary.tokens);
  });

  it('throws for repeated tokens, and for invalid ids', () => {
    expect(() => new Vocabulary(['a', 'b', 'a'])).toThrow("Vocabulary: tokens hold 'a' twice, as 0 and 2");
    expect(() => new Vocabulary([3 as unknown as string])).toThrow(
      'Vocabulary: tokens[0] is 3; expected a string',
    );
    for (const id of [2, -1, 0.5, Number.NaN]) {
      expect(() => new Vocabulary(['a', 'b']).decode([id])).toThrow(
        `Vocabulary: id is ${id}; expected a whole number in 0…1`,
      );
    }
    expect(() => new Vocabulary([], { specials: { sep: '|' } as object })).toThrow(
      "there is no option 'sep'",
    );
  });

  it('survives a round trip through JSON', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.boolean(), (tokens, special) => {
        const vocabulary = new Vocabulary(tokens, special ? { specials } : {});
        const again = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)));
        expect(again.tokens).toEqual(vocabulary.tokens);
        expect(again.specialIds).toEqual(vocabulary.specialIds);
        expect(JSON.stringify(again)).toBe(JSON.stringify(vocabulary));
      }),
    );
  });

  it('throws for invalid JSON, and names the field', () => {
    const broken: [unknown, string][] = [
      [undefined, 'Vocabulary.fromJSON: the JSON is no object; expected one with tokens, specials'],
      [{ specials: {} }, 'tokens is undefined; expected an array of strings'],
      [{ tokens: ['a', 1], specials: {} }, 'tokens is ['],
      [{ tokens: ['a', 'a'], specials: {} }, "tokens hold 'a' twice"],
      [{ tokens: [], specials: [] }, 'specials is []'],
      [{ tokens: [], specials: { pad: 1 } }, 'pad is 1'],
    ];
    for (const [json, message] of broken) {
      expect(() => Vocabulary.fromJSON(json)).toThrow(
        expect.objectContaining({ name: 'FormatError', message: expect.stringContaining(message) }),
      );
    }
  });
});
