import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { penaltyNames, penaltyOptions } from '../../test/penalty-options.ts';
import { randomModels, randomScorer } from '../../test/random-tables.ts';
import { referenceSearch } from '../../test/reference-search.ts';
import { TableScorer } from '../../test/table-scorer.ts';
import { type BeamSearchOptions, beamSearch } from './beam.ts';
import { greedySearch } from './greedy.ts';
import type { Hypothesis } from './hypothesis.ts';

const least = { startToken: 0, endToken: 1 };

/** The fields that are compared with the reference, which adds up the same terms in another order. */
const brief = (found: readonly { tokens: readonly number[]; logProb: number; score: number }[]) =>
  found.map(({ tokens, logProb, score }) => ({
    tokens,
    logProb: expect.closeTo(logProb, 9),
    score: expect.closeTo(score, 9),
  }));

/** Greedy search fails on this table: token 2 seems better, but every continuation of it is improbable. */
const garden: Readonly<Record<string, readonly number[]>> = {
  '': [-9, -3, -0.5, -1],
  2: [-9, -4, -4, -4],
  3: [-9, -0.25, -5, -5],
};
const gardenScorer = () =>
  new TableScorer({
    vocabularySize: 4,
    sourceLengths: [1],
    logProbs: (_, tokens) => garden[tokens.join(' ')] ?? [-9, -1, -2, -2],
  });

describe('beamSearch', () => {
  it('finds a better hypothesis than greedy search', async () => {
    const [[greedy]] = (await greedySearch(gardenScorer(), least)) as [[Hypothesis]];
    const [[best]] = (await beamSearch(gardenScorer(), { ...least, beamSize: 2 })) as [[Hypothesis]];
    expect(greedy).toMatchObject({ tokens: [2], score: -4.5 });
    expect(best).toEqual({ tokens: [3], score: -1.25, logProb: -1.25, tokenLogProbs: [-1, -0.25] });
  });

  it('stops when no open path can win', async () => {
    const table = gardenScorer();
    await beamSearch(table, { ...least, beamSize: 2, earlyStopping: false });
    expect(table).toMatchObject({ steps: 2, unreleased: 0 });
  });

  it('gives the nBest hypotheses, the best first', async () => {
    const [list] = await beamSearch(gardenScorer(), {
      ...least,
      beamSize: 4,
      nBest: 3,
      earlyStopping: false,
    });
    expect(list!.map(({ tokens, score }) => [tokens, score])).toEqual([
      [[3], -1.25],
      [[], -3],
      [[2], -4.5],
    ]);
  });

  it('has one row of each source in the first step, and beamSize rows in later steps', async () => {
    const model = {
      vocabularySize: 5,
      hasTies: false,
      sources: [
        { steps: 2, seed: 1 },
        { steps: 3, seed: 2 },
      ],
    };
    const table = randomScorer(model);
    await beamSearch(table, { ...least, beamSize: 3, minLength: 2, maxLength: 4 });
    const [first, ...others] = table.requests.map(({ tokens, sources }) => tokens.length / sources.length);
    expect(first).toBe(1);
    expect(new Set(others)).toEqual(new Set([3]));
  });

  it('lets finished sources leave the batch', async () => {
    const table = new TableScorer({
      vocabularySize: 3,
      sourceLengths: [1, 2, 3],
      logProbs: (source, tokens) => (tokens.length > source ? [-9, -0.1, -3] : [-9, -9, -0.1]),
    });
    const lists = await beamSearch(table, { ...least, beamSize: 1 });
    expect(lists.map(([best]) => best!.tokens)).toEqual([[2], [2, 2], [2, 2, 2]]);
    expect(table.requests.map(({ sources }) => [...sources])).toEqual([[0, 1, 2], [0, 1, 2], [1, 2], [1]]);
  });

  it('keeps finished sources in the batch while they are fewer than an eighth', async () => {
    const sourceLengths = Array<number>(9).fill(1);
    const logProbs = (source: number, tokens: readonly number[]) =>
      source === 0 || tokens.length === 2 ? [-9, -0.1, -3] : [-9, -9, -0.1];
    const table = new TableScorer({ vocabularySize: 3, sourceLengths, logProbs });
    const lists = await beamSearch(table, { ...least, beamSize: 2 });
    expect(lists.map(([best]) => best!.tokens.length)).toEqual([0, 2, 2, 2, 2, 2, 2, 2, 2]);
    expect(table.requests.map(({ sources }) => sources.length)).toEqual([9, 9, 9]);
  });

  it('with a beam of 1 is greedy search', async () => {
    const models = randomModels();
    const property = fc.asyncProperty(models, fc.nat(3), async (model, minLength) => {
      const options = { ...least, minLength, maxLength: 6, attention: true };
      const greedy = await greedySearch(randomScorer(model), options);
      expect(await beamSearch(randomScorer(model), { ...options, beamSize: 1 })).toEqual(greedy);
    });
    await fc.assert(property);
  });

  it.each(penaltyNames)('with the widest beam is exhaustive search: %s, %s', async (length, coverage) => {
    const models = randomModels({ vocabulary: 4, sources: 1 });
    const options: BeamSearchOptions = {
      ...least,
      maxLength: 3,
      beamSize: 108,
      nBest: 40,
      earlyStopping: false,
      lengthPenalty: { name: length, alpha: 0.7 },
      coveragePenalty: { name: coverage, beta: 0.3 },
    };
    const property = fc.asyncProperty(models, async (model) => {
      const every = await referenceSearch(randomScorer(model), options);
      const others = model.vocabularySize - 1;
      expect(every).toHaveLength(1 + others + others ** 2 + others ** 3);
      const [list] = await beamSearch(randomScorer(model), options);
      const scores = list!.map(({ score }) => expect.closeTo(score, 9));
      expect(every.slice(0, 40).map(({ score }) => score)).toEqual(scores);
      if (!model.hasTies) expect(every.slice(0, 40)).toEqual(brief(list!));
    });
    await fc.assert(property, { numRuns: 25 });
  });

  it('finds the same hypotheses as a reference that never stops early', async () => {
    const widths = fc.integer({ min: 1, max: 4 });
    const models = randomModels({ sources: 1 }).map((model) => ({ ...model, hasTies: false }));
    const property = fc.asyncProperty(models, widths, penaltyOptions, async (model, nBest, penalties) => {
      const options = { ...least, ...penalties, beamSize: 4, nBest, maxLength: 5, earlyStopping: false };
      const every = await referenceSearch(randomScorer(model), options);
      const [list] = await beamSearch(randomScorer(model), options);
      expect(every.slice(0, nBest)).toEqual(brief(list!));
    });
    await fc.assert(property);
  });

  it('prefers the lower row and then the lower token among equally probable hypotheses', async () => {
    const models = randomModels({ sources: 1 }).map((model) => ({ ...model, hasTies: true }));
    const property = fc.asyncProperty(models, fc.integer({ min: 1, max: 4 }), async (model, beamSize) => {
      const options = { ...least, beamSize, nBest: beamSize, maxLength: 5, earlyStopping: false };
      const every = await referenceSearch(randomScorer(model), options);
      const [list] = await beamSearch(randomScorer(model), options);
      expect(list!.map(({ tokens, score }) => ({ tokens, score }))).toEqual(
        every.slice(0, beamSize).map(({ tokens, score }) => ({ tokens, score })),
      );
    });
    await fc.assert(property);
  });

  it('continues while a path can still win by its end token at the greatest length', async () => {
    const table = new TableScorer({
      vocabularySize: 3,
      sourceLengths: [1],
      logProbs: (_, tokens) => (tokens.length === 0 ? [-9, -0.75, -1] : [-9, -0.25, -9]),
    });
    const options = { ...least, beamSize: 2, maxLength: 1, lengthPenalty: { name: 'avg' as const } };
    const [list] = await beamSearch(table, options);
    expect(list).toMatchObject([{ tokens: [2], logProb: -1.25, score: -0.625 }]);
  });

  it('finds the same for a source in a batch as for the source alone', async () => {
    const property = fc.asyncProperty(
      randomModels(),
      penaltyOptions,
      fc.boolean(),
      async (model, penalties, early) => {
        const options = {
          ...least,
          ...penalties,
          beamSize: 3,
          nBest: 3,
          maxLength: 6,
          attention: true,
          earlyStopping: early,
        };
        const together = await beamSearch(randomScorer(model), options);
        for (const [i, source] of model.sources.entries()) {
          const [alone] = await beamSearch(randomScorer({ ...model, sources: [source] }), options);
          expect(together[i]).toEqual(alone);
        }
      },
    );
    await fc.assert(property);
  });

  it('throws for invalid beam sizes, numbers of hypotheses and penalties', async () => {
    const wrong: readonly [object, string, string][] = [
      [{ beamSize: 0 }, 'beamSize', 'beamSearch: beamSize is 0; expected a whole number of at least 1'],
      [{ nBest: 3 }, 'nBest', 'beamSearch: nBest is 3; expected a whole number from 1 to beamSize, 2'],
      [
        { lengthPenalty: { name: 'gnmt' } },
        'name',
        "beamSearch: lengthPenalty: name is 'gnmt'; expected one of 'none', 'avg', 'wu'",
      ],
      [
        { lengthPenalty: { name: 'wu', alpha: -1 } },
        'alpha',
        'beamSearch: lengthPenalty: alpha is -1; expected a finite number of at least 0',
      ],
      [
        { coveragePenalty: { name: 'summary' } },
        'coveragePenalty',
        'beamSearch: coveragePenalty needs attention over all steps of a source; the scorer gives none',
      ],
    ];
    for (const [options, argument, message] of wrong) {
      const table = gardenScorer();
      const search = beamSearch(table, { ...least, beamSize: 2, ...options });
      await expect(search).rejects.toMatchObject({ argument, message });
      expect(table.unreleased).toBe(0);
    }
  });
});
