import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectFigures, metricFixtures } from '../../../test/metric-fixtures.ts';
import { occurrences, runsOf } from '../../../test/occurrences.ts';
import { BLEU, bleu, sentenceBleu } from './bleu.ts';
import { bleuScore } from './bleu-score.ts';

const word = fc.constantFrom('a', 'b', 'c', 'd');
const sentence = fc.array(word, { maxLength: 9 });
const pairs = fc.array(
  fc.record({ ours: sentence, theirs: fc.array(sentence, { minLength: 1, maxLength: 3 }) }),
  {
    minLength: 1,
    maxLength: 4,
  },
);

/** Papineni's definition, computed from scratch: bp · (p₁ · … · p₄)^¼. */
function byDefinition(
  corpus: readonly { ours: readonly string[]; theirs: readonly (readonly string[])[] }[],
) {
  const precisions = [1, 2, 3, 4].map((n) => {
    let [matches, total] = [0, 0];
    for (const { ours, theirs } of corpus) {
      for (const [run, times] of occurrences(runsOf(ours, n))) {
        total += times;
        matches += Math.min(
          times,
          Math.max(...theirs.map((each) => occurrences(runsOf(each, n)).get(run) ?? 0)),
        );
      }
    }
    return total === 0 ? 0 : matches / total;
  });
  const length = (lists: readonly (readonly string[])[]) => lists.reduce((sum, list) => sum + list.length, 0);
  const c = length(corpus.map(({ ours }) => ours));
  const r = length(
    corpus.map(({ ours, theirs }) => {
      const distance = (each: readonly string[]) => Math.abs(each.length - ours.length);
      const nearest = Math.min(...theirs.map(distance));
      return theirs
        .filter((each) => distance(each) === nearest)
        .reduce((a, b) => (b.length < a.length ? b : a));
    }),
  );
  const bp = c > r ? 1 : Math.exp(1 - r / c);
  return 100 * (c === 0 && r > 0 ? 0 : bp) * precisions.reduce((product, p) => product * p, 1) ** (1 / 4);
}

describe('BLEU', () => {
  it.each(metricFixtures.bleu.map((fixture, i) => [i, fixture] as const))(
    'is sacreBLEU’s, example %i',
    (_, { hypotheses, references, options, published, expected, signature }) => {
      const result = bleu(hypotheses, references, options);
      expectFigures({ ...result }, expected);
      expect(result.signature).toBe(`${signature}-unroll`);
      // The published scores have two digits or more.
      if (published !== null) expect(Math.abs(result.score - published)).toBeLessThan(5e-3);
    },
  );

  it('equals its definition', () => {
    fc.assert(
      fc.property(pairs, (corpus) => {
        const { score } = bleu(
          corpus.map(({ ours }) => ours.join(' ')),
          corpus.map(({ theirs }) => theirs.map((each) => each.join(' '))),
          { tokenize: 'none', smoothMethod: 'none' },
        );
        const expected = byDefinition(corpus);
        expect(Math.abs(score - (Number.isNaN(expected) ? 0 : expected))).toBeLessThan(1e-6);
      }),
      { numRuns: 300 },
    );
  });

  it('equals the published scores of sacreBLEU’s published counts', () => {
    const formula = { smoothing: 'none', smoothingValue: 0, effectiveOrder: false } as const;
    const counted = { counts: [9, 7, 5, 3], totals: [10, 8, 6, 4], sysLen: 11, refLen: 11 };
    expect(bleuScore(counted, formula).score).toBeCloseTo(83.75922397, 7);
    expect(bleuScore({ ...counted, counts: [0, 0, 0, 0] }, { ...formula, smoothing: 'floor' }).score).toBe(0);
  });

  it('over several updates equals that of all at once, and starts over after reset', () => {
    const metric = new BLEU();
    expect(metric.compute()).toBeNaN();
    metric.update(['the cat sat on the mat', 'a dog'], ['the cat sat on a mat', ['a dog', 'the dog']]);
    const { score } = bleu(['the cat sat on the mat'], ['the cat sat on a mat']);
    expect(metric.result().signature).toMatch(/^nrefs:var\|/);
    metric.reset();
    expect(metric.compute()).toBeNaN();
    metric.update(['the cat sat on the mat'], ['the cat sat on a mat']);
    expect(metric.compute()).toBe(score);
    metric.update(['the dog'], ['a dog']);
    const both = bleu(['the cat sat on the mat', 'the dog'], ['the cat sat on a mat', 'a dog']);
    expect(metric.result()).toEqual(both);
  });

  it('of a sentence leaves out orders that are longer than the sentence', () => {
    expect(sentenceBleu('a dog', 'a dog').score).toBeCloseTo(100, 10);
    expect(sentenceBleu('a dog', 'a dog', { effectiveOrder: false }).score).toBe(0);
  });

  it('throws for invalid arguments, and names them', () => {
    expect(() => new BLEU({ tokenize: 'spm' as never })).toThrow(
      /BLEU: tokenize is 'spm'; expected one of '13a'/,
    );
    expect(() => bleu(['a'], [])).toThrow(
      'bleu: references has 0 elements; expected as many as hypotheses, which has 1',
    );
    expect(() => bleu(['a'], [[]])).toThrow(
      'bleu: references[0] is []; expected a string, or an array of at least one',
    );
    expect(() => bleu([7 as never], ['a'])).toThrow('bleu: hypotheses[0] is 7; expected a string');
    expect(() => bleu('a' as never, ['a'])).toThrow("bleu: hypotheses is 'a'; expected an array");
  });
});
