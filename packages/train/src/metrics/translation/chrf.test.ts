import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectFigures, metricFixtures } from '../../../test/metric-fixtures.ts';
import { occurrences, runsOf } from '../../../test/occurrences.ts';
import { CHRF, chrf, sentenceChrf } from './chrf.ts';

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '😀', ' '), { maxLength: 12 })
  .map((characters) => characters.join(''));
const pairs = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 4 });

/**
 * Popović's definition, computed from scratch: F2 of mean precision and mean recall over the orders that both sides
 * have.
 */
function byDefinition(corpus: readonly (readonly [string, string])[]): number {
  const shares = [1, 2, 3, 4, 5, 6].map((n) => {
    let [matches, ours, theirs] = [0, 0, 0];
    for (const texts of corpus) {
      const [hypothesis, reference] = texts.map((each) =>
        occurrences(runsOf([...each.replaceAll(' ', '')], n)),
      );
      const total = (times: Map<string, number>) => [...times.values()].reduce((sum, each) => sum + each, 0);
      for (const [run, times] of hypothesis!) matches += Math.min(times, reference!.get(run) ?? 0);
      ours += reference!.size > 0 ? total(hypothesis!) : 0;
      theirs += total(reference!);
    }
    return ours > 0 && theirs > 0 ? [matches / ours, matches / theirs] : undefined;
  });
  const known = shares.filter((share) => share !== undefined);
  const mean = (i: number) => known.reduce((sum, share) => sum + share[i]!, 0) / known.length;
  const [precision, recall] = [mean(0), mean(1)];
  return precision + recall > 0 ? (500 * precision * recall) / (4 * precision + recall) : 0;
}

describe('chrF', () => {
  it.each(metricFixtures.chrf.map((fixture, i) => [i, fixture] as const))(
    'is sacreBLEU’s, example %i',
    (_, { hypotheses, references, options, published, score, name, signature }) => {
      const result = chrf(hypotheses, references, options);
      expectFigures({ ...result }, { score });
      expect(result).toMatchObject({ name, signature: `${signature}-unroll` });
      // sacreBLEU's own tests compare four digits.
      if (published !== null) expect(Math.abs(result.score - published)).toBeLessThan(1e-4);
    },
  );

  it('equals its definition', () => {
    fc.assert(
      fc.property(pairs, (corpus) => {
        const { score } = chrf(
          corpus.map(([ours]) => ours),
          corpus.map(([, theirs]) => theirs),
        );
        expect(Math.abs(score - byDefinition(corpus))).toBeLessThan(1e-6);
      }),
      { numRuns: 300 },
    );
  });

  it('uses the best of several references for each sentence', () => {
    const [near, far] = ['the cat sits', 'dogs bark'];
    expect(sentenceChrf('the cat sat', [far, near]).score).toBe(sentenceChrf('the cat sat', near).score);
  });

  it('over several updates equals that of all at once, and starts over after reset', () => {
    const metric = new CHRF({ wordOrder: 2 });
    expect(metric.compute()).toBeNaN();
    metric.update(['The cat sat.'], ['The cat sits.']);
    metric.update(['A dog!'], ['(A dog)']);
    expect(metric.result()).toEqual(
      chrf(['The cat sat.', 'A dog!'], ['The cat sits.', '(A dog)'], { wordOrder: 2 }),
    );
    metric.reset();
    expect(metric.compute()).toBeNaN();
  });

  it('throws for invalid arguments, and names them', () => {
    expect(() => new CHRF({ beta: 0 })).toThrow('CHRF: beta is 0; expected a number over 0');
    expect(() => sentenceChrf('a', [])).toThrow(
      'sentenceChrf: references is []; expected a string, or an array',
    );
    expect(() => chrf(['a', 'b'], ['a'])).toThrow('chrf: references has 1 elements');
  });
});
