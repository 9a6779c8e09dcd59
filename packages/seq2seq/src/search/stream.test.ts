import { RandomGenerator } from '@unroll/nn';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { penaltyOptions } from '../../test/penalty-options.ts';
import { type RandomModel, randomModels, randomScorer } from '../../test/random-tables.ts';
import { TableScorer } from '../../test/table-scorer.ts';
import { beamSearch } from './beam.ts';
import { greedySearch } from './greedy.ts';
import type { Hypothesis } from './hypothesis.ts';
import { sampleSearch } from './sampling.ts';
import { type StreamedToken, type StreamOptions, streamTokens } from './stream.ts';

const least = { startToken: 0, endToken: 1, maxLength: 6 };

/** Reads a whole stream: its tokens, and its return value. */
async function drained(stream: AsyncGenerator<StreamedToken, Hypothesis[][], undefined>) {
  const tokens: StreamedToken[] = [];
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return { tokens, lists: value };
    tokens.push(value);
  }
}

/** Checks that a stream returns a search's result, and yields the tokens of each best hypothesis in order before it. */
async function expectSame(model: RandomModel, options: StreamOptions, searched: Hypothesis[][]) {
  const scorer = randomScorer(model);
  const { tokens, lists } = await drained(streamTokens(scorer, options));
  expect(lists).toEqual(searched);
  for (const [source, [best]] of searched.entries()) {
    const expected = best!.tokens.map((token, position) => {
      return { source, position, token, logProb: best!.tokenLogProbs[position]! };
    });
    expect(tokens.filter((token) => token.source === source)).toEqual(expected);
  }
  expect(scorer.unreleased).toBe(0);
}

describe('streamTokens', () => {
  it('yields the tokens of greedy search, also those of a prefix', async () => {
    const property = fc.asyncProperty(randomModels(), async (model) => {
      const options = { ...least, prefix: [2], minLength: 2 };
      await expectSame(model, options, await greedySearch(randomScorer(model), options));
    });
    await fc.assert(property);
  });

  it('yields the tokens of a sample', async () => {
    const property = fc.asyncProperty(randomModels(), fc.nat(1e6), async (model, seed) => {
      const options = () => ({ ...least, topP: 0.9, generator: new RandomGenerator(seed) });
      const searched = await sampleSearch(randomScorer(model), options());
      await expectSame(model, { method: 'sampling', ...options() }, searched);
    });
    await fc.assert(property);
  });

  it('yields the tokens of the beam’s best hypothesis', async () => {
    const property = fc.asyncProperty(
      randomModels(),
      penaltyOptions,
      fc.boolean(),
      async (model, penalties, early) => {
        const options = { ...least, ...penalties, beamSize: 3, nBest: 2, earlyStopping: early };
        const searched = await beamSearch(randomScorer(model), options);
        await expectSame(model, { method: 'beam', ...options }, searched);
      },
    );
    await fc.assert(property);
  });

  it('yields a greedy token before the next step, and a beam’s token as soon as all paths that can win share it', async () => {
    /**
     * Paths that begin with 3 fall behind in the second step, paths that begin with 2, 3 in the third, where the lower
     * row comes first.
     */
    const scorer = () =>
      new TableScorer({
        vocabularySize: 4,
        sourceLengths: [1],
        logProbs: (_, tokens) => {
          if (tokens.length === 0) return [-9, -9, -1, -1.1];
          if (tokens.length === 3) return [-9, -0.1, -9, -9];
          return tokens[0] === 2 ? [-9, -9, -1, -1] : [-99, -99, -99, -99];
        },
      });
    const stepsBefore = async (options: StreamOptions) => {
      const table = scorer();
      const steps: number[] = [];
      for await (const _ of streamTokens(table, options)) steps.push(table.steps);
      return steps;
    };
    expect(await stepsBefore(least)).toEqual([1, 2, 3]);
    expect(await stepsBefore({ ...least, method: 'beam', beamSize: 2 })).toEqual([2, 3, 4]);
  });

  it('frees all tensors when the loop is left, at any token', async () => {
    const property = fc.asyncProperty(
      randomModels(),
      fc.nat(5),
      fc.boolean(),
      async (model, count, isBeam) => {
        const scorer = randomScorer(model);
        const beam = { ...least, method: 'beam' as const, beamSize: 2 };
        let left = count;
        for await (const { token } of streamTokens(scorer, isBeam ? beam : least)) {
          expect(token).not.toBe(least.endToken);
          if (left-- === 0) break;
        }
        expect(scorer.unreleased).toBe(0);
      },
    );
    await fc.assert(property);
  });

  it('holds no tensors before the first token is requested', async () => {
    const scorer = randomScorer({ vocabularySize: 4, hasTies: false, sources: [{ steps: 1, seed: 1 }] });
    const stream = streamTokens(scorer, least);
    expect(scorer).toMatchObject({ unreleased: 0, steps: 0 });
    await stream.return([]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('throws at once for invalid options, also for options of another method', () => {
    const scorer = randomScorer({ vocabularySize: 4, hasTies: false, sources: [{ steps: 1, seed: 1 }] });
    const streamed = (options: object) => () => streamTokens(scorer, { ...least, ...options });
    expect(streamed({ method: 'beem' })).toThrow(
      "streamTokens: method is 'beem'; expected 'greedy', 'beam' or 'sampling'",
    );
    expect(streamed({ beamSize: 3 })).toThrow("streamTokens: there is no option 'beamSize'");
    expect(streamed({ method: 'sampling', samples: 3 })).toThrow(
      "streamTokens: there is no option 'samples'",
    );
    expect(() => streamTokens(scorer, null as never)).toThrow(
      'streamTokens: options is null; expected an object',
    );
  });
});
