import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytePairEncoding } from './byte-pair-encoding.ts';
import { piecesOf } from './pieces.ts';
import { trainBytePairEncoding } from './train-byte-pair-encoding.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const fewLetters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 40 });

/** Counts every pair of every piece again for each merge. */
function plainMerges(texts: readonly string[], merges: number, minFrequency: number): string[] {
  const start = new BytePairEncoding([]);
  const tokens = [...start.tokens];
  const pieces = texts.flatMap((text) => piecesOf(text, start.pattern).map((piece) => start.tokenize(piece)));
  const learned: string[] = [];
  for (let step = 0; step < merges; step++) {
    const counts = new Map<string, number>();
    for (const piece of pieces) {
      for (let i = 1; i < piece.length; i++) {
        const pair = `${piece[i - 1]} ${piece[i]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const place = (pair: string) => {
      const [left, right] = pair.split(' ');
      return tokens.indexOf(left!) * 1e6 + tokens.indexOf(right!);
    };
    const [best] = [...counts].sort(([a, m], [b, n]) => n - m || place(a) - place(b));
    if (!best || best[1] < minFrequency) break;
    const [left, right] = best[0].split(' ') as [string, string];
    learned.push(best[0]);
    tokens.push(left + right);
    for (const piece of pieces) {
      for (let i = 0; i + 1 < piece.length; i++) {
        if (piece[i] === left && piece[i + 1] === right) piece.splice(i, 2, left + right);
      }
    }
  }
  return learned;
}

/** Applies the earliest possible merge in a piece repeatedly. */
function plainTokens(encoding: BytePairEncoding, text: string): string[] {
  const start = new BytePairEncoding([]);
  return piecesOf(text, encoding.pattern).flatMap((piece) => {
    const tokens = start.tokenize(piece);
    for (;;) {
      const ranks = tokens.slice(1).map((token, i) => encoding.merges.indexOf(`${tokens[i]} ${token}`));
      const known = ranks.filter((rank) => rank >= 0);
      if (known.length === 0) return tokens;
      const at = ranks.indexOf(Math.min(...known));
      tokens.splice(at, 2, tokens[at]! + tokens[at + 1]!);
    }
  });
}

describe('byte-pair encoding', () => {
  it('merges frequent pairs', () => {
    const encoding = trainBytePairEncoding(['low lower lowest'], { merges: 2 });
    expect(encoding.merges).toEqual(['l o', 'lo w']);
    expect(encoding.tokenize('lowest low')).toEqual(['low', 'e', 's', 't', 'Ġ', 'low']);
    expect(encoding.tokens.slice(256)).toEqual(['lo', 'low']);
  });

  it('learns the same merges as counting again for each merge, also with ties and pairs like aaa', () => {
    fc.assert(
      fc.property(fc.array(fewLetters), fc.integer({ min: 1, max: 3 }), (texts, minFrequency) => {
        const { merges } = trainBytePairEncoding(texts, { merges: 12, minFrequency });
        expect(merges).toEqual(plainMerges(texts, merges.length, minFrequency));
      }),
      { numRuns: 500 },
    );
  });

  it('learns the same merges from any order of the texts', () => {
    fc.assert(
      fc.property(fc.array(anyText), (texts) => {
        const options = { merges: 20 };
        const { merges } = trainBytePairEncoding(texts, options);
        expect(trainBytePairEncoding(texts.toReversed(), options).merges).toEqual(merges);
      }),
    );
  });

  it('ends at a number of merges, at a size, or when no pair is frequent enough', () => {
    const text = 'abab abab abab cdcd';
    const count = (options: object) => trainBytePairEncoding([text], options).tokens.length;
    expect(count({ merges: 1 })).toBe(257);
    expect(count({ vocabSize: 258 })).toBe(258);
    expect(count({ vocabSize: 256 })).toBe(256);
    const [some, all] = [2, 1].map((minFrequency) => count({ merges: 1000, minFrequency }));
    expect(some).toBeLessThan(all!);
    expect(count({ merges: 1000 })).toBe(some);
    expect(() => trainBytePairEncoding([], {})).toThrow(
      'trainBytePairEncoding: vocabSize and merges are both absent',
    );
    expect(() => trainBytePairEncoding([], { vocabSize: 255 })).toThrow('vocabSize is 255');
  });

  it('trains on an async iterable of texts, and returns a promise', async () => {
    async function* later() {
      yield 'low lower';
      yield 'lowest';
    }
    expect((await trainBytePairEncoding(later(), { merges: 2 })).merges).toEqual(['l o', 'lo w']);
  });

  it('applies the earliest merge first, from left to right', () => {
    fc.assert(
      fc.property(fc.array(fewLetters), fewLetters, (texts, text) => {
        const encoding = trainBytePairEncoding(texts, { merges: 15, minFrequency: 1 });
        expect(encoding.tokenize(text)).toEqual(plainTokens(encoding, text));
      }),
      { numRuns: 500 },
    );
  });

  it('returns the exact text, whatever it was trained on', () => {
    fc.assert(
      fc.property(fc.array(anyText), anyText, (texts, text) => {
        const encoding = trainBytePairEncoding(texts, { merges: 30, minFrequency: 1 });
        for (const given of [...texts, text, `\ufeff${text}`]) {
          const tokens = encoding.tokenize(given);
          expect(encoding.detokenize(tokens)).toBe(given);
          for (const token of tokens) expect(encoding.tokens).toContain(token);
        }
      }),
    );
  });

  it('tokenizes a long piece without a space in reasonable time', () => {
    const long = 'ab'.repeat(100_000);
    const encoding = trainBytePairEncoding([long], { merges: 8 });
    expect(encoding.detokenize(encoding.tokenize(long))).toBe(long);
    expect(encoding.tokenize(long)).toHaveLength(Math.ceil(200_000 / 256));
  });

  it('cuts by a custom pattern, and loses nothing between its matches', () => {
    const encoding = trainBytePairEncoding(['1234 12'], { merges: 5, pattern: /\d{2}/gu, minFrequency: 1 });
    expect(encoding.tokenize('12 3412')).toEqual(['12', 'Ġ', '34', '12']);
    expect(() => trainBytePairEncoding([], { merges: 1, pattern: /a/u })).toThrow(
      'pattern is a RegExp; expected a regular expression with the flags g and u (or v)',
    );
  });

  it('survives a round trip through JSON, and throws for invalid JSON', () => {
    const encoding = trainBytePairEncoding(['low lower lowest'], { merges: 9, pattern: /\S+|\s+/gu });
    const json = JSON.stringify(encoding);
    const again = BytePairEncoding.fromJSON(JSON.parse(json));
    expect(JSON.stringify(again)).toBe(json);
    expect(again.tokenize('a low  slower')).toEqual(encoding.tokenize('a low  slower'));
    const pattern = { source: 'a', flags: 'gu' };
    const broken: [object, string][] = [
      [{ pattern, merges: ['lo w'] }, "merges[0] is 'lo w'; expected two tokens that earlier merges make"],
      [{ pattern, merges: ['l o w'] }, 'merges[0]'],
      [{ pattern, merges: [1] }, 'merges is [1]'],
      [{ pattern: { source: '(', flags: 'gu' }, merges: [] }, 'Invalid regular expression'],
      [{ pattern: { source: 'a', flags: 'u' }, merges: [] }, 'with the flags g and u (or v)'],
    ];
    for (const [given, message] of broken) {
      expect(() => BytePairEncoding.fromJSON(given)).toThrow(
        expect.objectContaining({ name: 'FormatError', message: expect.stringContaining(message) }),
      );
    }
  });
});
