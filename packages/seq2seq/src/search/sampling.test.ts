import { defaultGenerator, RandomGenerator } from '@unroll/nn';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { randomModels, randomScorer } from '../../test/random-tables.ts';
import { TableScorer } from '../../test/table-scorer.ts';
import { greedySearch } from './greedy.ts';
import { type SampleSearchOptions, sampleSearch } from './sampling.ts';

const least = { startToken: 0, endToken: 1 };

/** The model has one token and then the end token. */
const probabilities = [0, 0.1, 0.2, 0.3, 0.4];
const oneToken = () =>
  new TableScorer({
    vocabularySize: 5,
    sourceLengths: [1],
    logProbs: (_, tokens) => (tokens.length > 0 ? [-9, 0, -9, -9, -9] : probabilities.map(Math.log)),
  });

/** How often each token is the first of `samples` samples. The end token's count stands for samples without tokens. */
async function frequencies(options: Partial<SampleSearchOptions>, samples = 4000): Promise<number[]> {
  const generator = new RandomGenerator(11);
  const [list] = await sampleSearch(oneToken(), { ...least, maxLength: 1, samples, generator, ...options });
  const counts = Array<number>(5).fill(0);
  for (const { tokens } of list!) counts[tokens[0] ?? least.endToken]!++;
  return counts.map((count) => count / samples);
}

/** Three standard deviations of a frequency over 4,000 draws are below 0.024. */
const near = (expected: readonly number[]) =>
  expected.map((value) => expect.toSatisfy((found: number) => Math.abs(found - value) < 0.024));

describe('sampleSearch', () => {
  it('draws each token about as often as it is probable', async () => {
    expect(await frequencies({})).toEqual(near([0, 0.1, 0.2, 0.3, 0.4]));
  });

  it('sharpens by a temperature under 1', async () => {
    const squares = [0, 1, 4, 9, 16].map((value) => value / 30);
    expect(await frequencies({ temperature: 0.5 })).toEqual(near(squares));
  });

  it('draws only the topK tokens, and renormalises their probabilities', async () => {
    const found = await frequencies({ topK: 2 });
    expect(found).toEqual(near([0, 0, 0, 3 / 7, 4 / 7]));
    expect(found.slice(0, 3)).toEqual([0, 0, 0]);
  });

  it('draws only the fewest tokens that reach topP', async () => {
    expect((await frequencies({ topP: 0.69 })).slice(0, 3)).toEqual([0, 0, 0]);
    const three = await frequencies({ topP: 0.75 });
    expect(three).toEqual(near([0, 0, 2 / 9, 3 / 9, 4 / 9]));
    expect(three.slice(0, 2)).toEqual([0, 0]);
  });

  it('applies topK and topP after bans', async () => {
    const found = await frequencies({ bannedTokens: [4], topK: 3, topP: 0.8 });
    expect(found).toEqual(near([0, 0, 2 / 5, 3 / 5, 0]));
    expect(found[1]).toBe(0);
  });

  it('requests as many top tokens as topK and the bans need, and all without topK', async () => {
    const topsOf = async (options: Partial<SampleSearchOptions>) => {
      const table = randomScorer({ vocabularySize: 20, hasTies: false, sources: [{ steps: 1, seed: 1 }] });
      await sampleSearch(table, { ...least, maxLength: 2, minLength: 2, ...options });
      return table.requests.map(({ top }) => top);
    };
    expect(await topsOf({ topK: 6, bannedTokens: [3] })).toEqual([8, 8, 4]);
    expect(await topsOf({ topP: 0.5 })).toEqual(['all', 'all', 4]);
  });

  it('returns the model’s own log-probabilities, and ranks by them', async () => {
    const [list] = await sampleSearch(oneToken(), { ...least, samples: 50, temperature: 3 });
    for (const { tokens, tokenLogProbs, logProb, score } of list!) {
      expect(tokenLogProbs[0]).toBe(Math.fround(Math.log(probabilities[tokens[0] ?? 1]!)));
      expect(score).toBe(logProb);
    }
    const scores = list!.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it.each([
    ['a temperature near 0', { temperature: 1e-9 }],
    ['topK of 1', { topK: 1 }],
    ['a tiny topP', { topP: 1e-9 }],
  ])('with %s is greedy search', async (_, options) => {
    const models = randomModels().map((model) => ({ ...model, hasTies: false }));
    const property = fc.asyncProperty(models, async (model) => {
      const shared = { ...least, maxLength: 6, noRepeatNgramSize: 2, attention: true };
      const samples = await sampleSearch(randomScorer(model), { ...shared, ...options });
      expect(samples).toEqual(await greedySearch(randomScorer(model), shared));
    });
    await fc.assert(property);
  });
});

describe('seeds of samples', () => {
  const options = { ...least, maxLength: 6, samples: 3 };
  const restore = defaultGenerator.snapshot();
  afterEach(restore);

  it('give the same samples again, also those of the default generator', async () => {
    const property = fc.asyncProperty(randomModels(), fc.nat(1e6), async (model, seed) => {
      const generator = new RandomGenerator(seed);
      const samples = await sampleSearch(randomScorer(model), { ...options, generator });
      const after = generator.getState();
      generator.manualSeed(seed);
      expect(await sampleSearch(randomScorer(model), { ...options, generator })).toEqual(samples);
      expect(generator.getState()).toEqual(after);
      defaultGenerator.manualSeed(seed);
      expect(await sampleSearch(randomScorer(model), options)).toEqual(samples);
    });
    await fc.assert(property);
  });

  it('give sources one after another the same samples as all at once', async () => {
    const property = fc.asyncProperty(randomModels(), fc.nat(1e6), async (model, seed) => {
      const generator = new RandomGenerator(seed);
      const together = await sampleSearch(randomScorer(model), { ...options, generator });
      generator.manualSeed(seed);
      for (const [i, source] of model.sources.entries()) {
        const alone = randomScorer({ ...model, sources: [source] });
        expect(await sampleSearch(alone, { ...options, generator })).toEqual([together[i]]);
      }
    });
    await fc.assert(property);
  });

  it('give the same first samples when more are drawn', async () => {
    const model = { vocabularySize: 8, hasTies: false, sources: [{ steps: 2, seed: 3 }] };
    const sampled = async (samples: number) =>
      (
        await sampleSearch(randomScorer(model), { ...options, samples, generator: new RandomGenerator(5) })
      )[0]!;
    const five = await sampled(5);
    for (const sample of await sampled(2)) expect(five).toContainEqual(sample);
  });

  it('throw for a generator that is not one, and for invalid options', async () => {
    const wrong: readonly [object, string, string][] = [
      [{ generator: Math.random }, 'generator', 'generator is a function; expected a RandomGenerator'],
      [{ temperature: 0 }, 'temperature', 'temperature is 0; expected a finite number over 0'],
      [{ topK: 0 }, 'topK', 'topK is 0; expected a whole number of at least 1'],
      [{ topP: 0 }, 'topP', 'topP is 0; expected a number in (0, 1]'],
      [{ samples: 0 }, 'samples', 'samples is 0; expected a whole number of at least 1'],
    ];
    for (const [given, argument, words] of wrong) {
      const search = sampleSearch(oneToken(), { ...least, ...given });
      await expect(search).rejects.toMatchObject({ argument, message: `sampleSearch: ${words}` });
    }
  });
});
