import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectFigures, metricFixtures } from '../../../test/metric-fixtures.ts';
import { align } from './align.ts';
import { CharacterErrorRate, characterErrorRate } from './character-error-rate.ts';
import { editCounts } from './edit-distance.ts';
import { PhonemeErrorRate, phonemeErrorRate } from './phoneme-error-rate.ts';
import { WordErrorRate, wordErrorRate } from './word-error-rate.ts';

const symbols = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 });

/** The fewest edits over all alignments, by brute force. */
function fewestEdits(reference: readonly string[], hypothesis: readonly string[]): number {
  if (reference.length === 0 || hypothesis.length === 0) return reference.length + hypothesis.length;
  const [restOfReference, restOfHypothesis] = [reference.slice(1), hypothesis.slice(1)];
  return Math.min(
    1 + fewestEdits(restOfReference, hypothesis),
    1 + fewestEdits(reference, restOfHypothesis),
    (reference[0] === hypothesis[0] ? 0 : 1) + fewestEdits(restOfReference, restOfHypothesis),
  );
}

describe('error rates', () => {
  it.each([
    ['words', wordErrorRate, metricFixtures.words],
    ['characters', characterErrorRate, metricFixtures.characters],
  ] as const)('of %s are jiwer’s, with the edits by kind', (_, rateOf, fixtures) => {
    for (const { hypotheses, references, published, expected } of fixtures) {
      const result = { ...rateOf(hypotheses, references) };
      expectFigures(result, expected);
      for (const [name, figure] of Object.entries(published)) {
        expect(
          Math.abs(Number(Object.entries(result).find(([each]) => each === name)![1]) - figure),
        ).toBeLessThan(5e-5);
      }
    }
  });

  it('count the fewest possible edits', () => {
    fc.assert(
      fc.property(symbols, symbols, (reference, hypothesis) => {
        const { hits, substitutions, deletions, insertions } = editCounts(reference, hypothesis);
        expect(substitutions + deletions + insertions).toBe(fewestEdits(reference, hypothesis));
        expect([hits + substitutions + deletions, hits + substitutions + insertions]).toEqual([
          reference.length,
          hypothesis.length,
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('count the edits of the alignment that `align` returns', () => {
    const long = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    fc.assert(
      fc.property(long, long, (reference, hypothesis) => {
        const aligned = align(reference, hypothesis);
        const count = (operation: string) => aligned.filter((each) => each.operation === operation).length;
        expect({
          hits: count('equal'),
          substitutions: count('substitute'),
          deletions: count('delete'),
          insertions: count('insert'),
        }).toEqual(editCounts(reference, hypothesis));
        expect(aligned.flatMap((each) => each.reference ?? [])).toEqual(reference);
        expect(aligned.flatMap((each) => each.hypothesis ?? [])).toEqual(hypothesis);
        for (const { operation, ...pair } of aligned) {
          if (operation === 'equal') expect(pair.reference).toBe(pair.hypothesis);
          if (operation === 'substitute') expect(pair.reference).not.toBe(pair.hypothesis);
        }
      }),
    );
  });

  it('of phonemes accept arrays', () => {
    const result = phonemeErrorRate(
      [['K', 'AE', 'T'], ['D']],
      [
        ['HH', 'AE', 'T'],
        ['D', 'AO', 'G'],
      ],
    );
    expect(result).toMatchObject({ rate: 3 / 6, hits: 3, substitutions: 1, deletions: 2, insertions: 0 });
    const metric = new PhonemeErrorRate();
    metric.update([['K', 'AE', 'T']], [['HH', 'AE', 'T']]);
    expect(metric.compute()).toBe(1 / 3);
  });

  it('use the reference with the fewest edits, among those the longest, among those the first', () => {
    const utterances = fc.record({
      hypothesis: symbols,
      references: fc.array(symbols, { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(utterances, { minLength: 1, maxLength: 3 }), (all) => {
        const nearest = all.map(({ hypothesis, references }) => {
          const edits = references.map((reference) => fewestEdits(reference, hypothesis));
          const fewest = references.filter((_, i) => edits[i] === Math.min(...edits));
          const longest = Math.max(...fewest.map((reference) => reference.length));
          return fewest.find((reference) => reference.length === longest)!;
        });
        const hypotheses = all.map(({ hypothesis }) => hypothesis);
        const references = all.map((each) => each.references);
        const expected = phonemeErrorRate(hypotheses, nearest);
        expect(phonemeErrorRate(hypotheses, references)).toEqual(expected);
        const spaced = (utterance: readonly string[]) => utterance.join(' ');
        const spacedReferences = references.map((each) => each.map(spaced));
        expect(wordErrorRate(hypotheses.map(spaced), spacedReferences)).toEqual(expected);
        const joined = (utterance: readonly string[]) => utterance.join('');
        const joinedReferences = references.map((each) => each.map(joined));
        expect(characterErrorRate(hypotheses.map(joined), joinedReferences)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
    // The hypothesis is one edit away from each of them.
    expect(wordErrorRate(['a b'], [['a', 'a b c']])).toMatchObject({ rate: 1 / 3, deletions: 1 });
    expect(wordErrorRate(['a b'], [['a c', 'x b', 'a']])).toMatchObject({ rate: 1 / 2, substitutions: 1 });
  });

  it('accept one reference for some utterances and several for others, also over several updates', () => {
    const words = new WordErrorRate({ normalize: (text) => text.toLowerCase() });
    words.update(['The cat', 'gray'], ['the cat', ['GREY', 'GRAY']]);
    expect(words.result()).toMatchObject({ rate: 0, hits: 3 });
    const phonemes = new PhonemeErrorRate();
    phonemes.update(
      [['DH', 'IY']],
      [
        [
          ['DH', 'AH'],
          ['DH', 'IY'],
        ],
      ],
    );
    phonemes.update([['K']], [['K', 'AE']]);
    expect(phonemes.result()).toMatchObject({ rate: 1 / 4, hits: 3, deletions: 1 });
  });

  it('of phonemes accept an empty array as an empty reference, alone or among others', () => {
    expect(phonemeErrorRate([['A']], [[]])).toMatchObject({ rate: 1, insertions: 1 });
    expect(phonemeErrorRate([['A']], [[[]]])).toMatchObject({ rate: 1, insertions: 1 });
    expect(phonemeErrorRate([[]], [[['A'], []]])).toMatchObject({ rate: 0, hits: 0, deletions: 0 });
  });

  it('of characters count an emoji as one character', () => {
    expect(characterErrorRate(['a😀'], ['a😃']).rate).toBe(1 / 2);
  });

  it('of characters strip at the ends what Python strips', () => {
    expect(characterErrorRate(['\x1c\x85a'], ['a\x1f'])).toMatchObject({ hits: 1, rate: 0 });
    expect(characterErrorRate(['a'], ['\ufeffa'])).toMatchObject({ hits: 1, deletions: 1 });
  });

  it('apply `normalize` to both texts', () => {
    const normalize = (text: string) => text.toLowerCase().replace(/[.,]/g, '');
    expect(wordErrorRate(['hello, World'], ['Hello world.'], { normalize }).rate).toBe(0);
    expect(wordErrorRate(['hello, World'], ['Hello world.']).rate).toBe(1);
  });

  it('over several updates equal those of all utterances at once, and are NaN before any update', () => {
    for (const metric of [new WordErrorRate(), new CharacterErrorRate()]) {
      expect(metric.compute()).toBeNaN();
      metric.update(['a b'], ['a c']);
      metric.update(['d'], ['d e']);
      const together = metric.result();
      metric.reset();
      expect(metric.result().informationLost).toBeNaN();
      metric.update(['a b', 'd'], ['a c', 'd e']);
      expect(metric.result()).toEqual(together);
    }
  });

  it('add all utterances of an update, or none on an error', () => {
    const normalize = (text: string) => (text === 'b' ? (undefined as never) : text);
    const metric = new WordErrorRate({ normalize });
    expect(() => metric.update(['a', 'b'], ['a', 'b'])).toThrow(
      'WordErrorRate: normalize gave undefined; expected a string',
    );
    expect(metric.compute()).toBeNaN();
    expect(() => metric.update(['a'], [])).toThrow('WordErrorRate.update: references has 0');
  });

  it('throw for an invalid utterance, and name it', () => {
    expect(() => wordErrorRate(['a'], ['a', 'b'])).toThrow(
      'wordErrorRate: references has 2 elements; expected as many as hypotheses, which has 1',
    );
    expect(() => characterErrorRate([null as never], ['a'])).toThrow(
      'characterErrorRate: hypotheses[0] is null; expected a string',
    );
    expect(() => phonemeErrorRate([['a']], ['a' as never])).toThrow(
      "phonemeErrorRate: references[0] is 'a'; expected an array of strings",
    );
    expect(() => wordErrorRate(['a', 'b'], ['a', []])).toThrow(
      'wordErrorRate: references[1] is []; expected a string, or an array of at least one',
    );
    expect(() => new CharacterErrorRate().update(['a'], [[]])).toThrow(
      'CharacterErrorRate.update: references[0] is []; expected a string, or an array of at least one',
    );
    // @ts-expect-error A reference is a string.
    expect(() => wordErrorRate(['a'], [['a', 7]])).toThrow('wordErrorRate: references[0] is');
    // @ts-expect-error It is phonemes, or lists of them, not both.
    expect(() => phonemeErrorRate([['a']], [['a', ['a']]])).toThrow(
      "phonemeErrorRate: references[0] is ['a', ['a']]; expected an array of strings or an array of such arrays",
    );
    // @ts-expect-error A hypothesis is one.
    expect(() => wordErrorRate([['a']], ['a'])).toThrow('wordErrorRate: hypotheses[0] is');
    expect(() => new WordErrorRate({ normalize: 'lower' as never })).toThrow(
      "WordErrorRate: normalize is 'lower'; expected a function",
    );
    expect(() => align('ab' as never, [])).toThrow("align: reference is 'ab'; expected an array of strings");
  });
});
