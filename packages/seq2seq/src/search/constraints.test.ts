import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RandomModel, randomModels, randomScorer } from '../../test/random-tables.ts';
import { beamSearch } from './beam.ts';
import { completions } from './constraints.ts';
import { greedySearch } from './greedy.ts';
import type { Hypothesis } from './hypothesis.ts';
import { sampleSearch } from './sampling.ts';
import type { SearchOptions } from './search-options.ts';
import type { StepScorer } from './step-scorer.ts';

const least = { startToken: 0, endToken: 1 };

const searches: Readonly<
  Record<string, (scorer: StepScorer, options: SearchOptions) => Promise<Hypothesis[][]>>
> = {
  greedySearch,
  beamSearch: (scorer, options) => beamSearch(scorer, { ...options, beamSize: 3, nBest: 3 }),
  sampleSearch: (scorer, options) => sampleSearch(scorer, { ...options, samples: 3, topK: 3 }),
};

interface Rules {
  readonly minLength: number;
  readonly more: number;
  readonly ratio: number;
  readonly size: number;
  readonly banned: readonly number[];
  readonly prefixLength: number;
}
const rules: fc.Arbitrary<Rules> = fc.record({
  minLength: fc.nat(4),
  more: fc.nat(3),
  ratio: fc.constantFrom(0.5, 1, 1.5, 3),
  size: fc.integer({ min: 1, max: 3 }),
  banned: fc.uniqueArray(fc.constantFrom(0, 2), { maxLength: 2 }),
  prefixLength: fc.nat(2),
});

/**
 * A prefix for each source, no longer than the source's greatest length. It may contain tokens that are banned
 * elsewhere.
 */
const prefixesOf = ({ sources }: RandomModel, { minLength, more, ratio, prefixLength }: Rules) =>
  sources.map(({ steps, seed }) => {
    const most = Math.min(minLength + more, Math.floor(steps * ratio));
    return [2, seed % 2 === 0 ? 0 : 2].slice(0, Math.min(prefixLength, most));
  });

const repeatsOne = (tokens: readonly number[], size: number, from: number) => {
  const runs = tokens.slice(size - 1).map((_, at) => tokens.slice(at, at + size).join(' '));
  return runs.some((run, at) => at + size > from && runs.indexOf(run) < at);
};

describe.each(Object.entries(searches))('%s', (_, search) => {
  it('finds no hypothesis that breaks a rule', async () => {
    const property = fc.asyncProperty(randomModels(), rules, async (model, given) => {
      const { minLength, more, ratio, size, banned } = given;
      const maxLength = minLength + more;
      const prefix = prefixesOf(model, given);
      const options = { ...least, minLength, maxLength, maxLengthRatio: ratio, bannedTokens: banned };
      const lists = await search(randomScorer(model), { ...options, prefix, noRepeatNgramSize: size });
      expect(lists).toHaveLength(model.sources.length);
      for (const [source, { steps }] of model.sources.entries()) {
        const forced = prefix[source]!;
        const most = Math.min(maxLength, Math.floor(ratio * steps));
        expect(lists[source]!.length).toBeGreaterThan(0);
        for (const { tokens } of lists[source]!) {
          expect(tokens.slice(0, forced.length)).toEqual(forced);
          expect(tokens.length).toBeLessThanOrEqual(most);
          expect(tokens).not.toContain(least.endToken);
          const free = tokens.slice(forced.length);
          expect(free.filter((token) => banned.includes(token))).toEqual([]);
          expect(repeatsOne(tokens, size, forced.length)).toBe(false);
          if (tokens.length < Math.min(minLength, most)) {
            const blocked = new Set([...banned, ...completions(tokens, size), least.endToken]);
            expect(blocked.size).toBe(model.vocabularySize);
          }
        }
      }
    });
    await fc.assert(property);
  });

  it('scores every token as the model does, and adds up the scores in double precision', async () => {
    const property = fc.asyncProperty(randomModels({ sources: 2 }), async (model) => {
      const scorer = randomScorer(model);
      const lists = await search(scorer, { ...least, maxLength: 5, prefix: [2], attention: true });
      for (const [source, list] of lists.entries()) {
        for (const { tokens, tokenLogProbs, logProb, attention, alignment } of list) {
          const scored = [...tokens, least.endToken].map((token, i) =>
            Math.fround(scorer.logProbs(source, tokens.slice(0, i))[token]!),
          );
          expect(tokenLogProbs).toEqual(scored);
          expect(logProb).toBe(scored.reduce((sum, value) => sum + value, 0));
          const attended = scored.map((_, i) =>
            Float32Array.from(scorer.attention!(source, tokens.slice(0, i))),
          );
          expect(attention).toEqual(attended);
          const most = attended.map((weights) => weights.indexOf(Math.max(...weights)));
          expect(alignment).toEqual(most.slice(0, -1));
        }
      }
    });
    await fc.assert(property);
  });

  it('gives n-best lists, the best first', async () => {
    const property = fc.asyncProperty(randomModels(), async (model) => {
      for (const list of await search(randomScorer(model), { ...least, maxLength: 6 })) {
        const scores = list.map(({ score }) => score);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      }
    });
    await fc.assert(property);
  });
});

describe('completions', () => {
  it('are the tokens that followed earlier occurrences of the last tokens', () => {
    expect(completions([5, 6, 7, 5, 6], 3)).toEqual([7]);
    expect(completions([5, 6, 5, 7, 5], 2)).toEqual([6, 7]);
    expect(completions([5, 6], 1)).toEqual([5, 6]);
    expect(completions([5, 5], 2)).toEqual([5]);
    expect(completions([5], 3)).toEqual([]);
  });
});
