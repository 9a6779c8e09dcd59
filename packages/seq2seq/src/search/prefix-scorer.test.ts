import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomModels, randomScorer } from '../../test/random-tables.ts';
import { beamSearch } from './beam.ts';
import { greedySearch } from './greedy.ts';
import { prefixScorer } from './prefix-scorer.ts';

const least = { startToken: 0, endToken: 1 };

describe('prefixScorer', () => {
  it('gives every search the results of a scorer with the same numbers that keeps states', async () => {
    const cases = fc.record({
      model: randomModels(),
      beamSize: fc.integer({ min: 1, max: 4 }),
      prefix: fc.subarray([2, 2]),
      attention: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ model, ...asked }) => {
        const table = randomScorer(model);
        const scorer = prefixScorer({
          vocabularySize: table.vocabularySize,
          sourceLengths: table.sourceLengths,
          logProbs: (tokens, source) => table.logProbs(source, tokens.slice(1)),
          attention: (tokens, source) => table.attention!(source, tokens.slice(1)),
        });
        const options = { ...least, ...asked, maxLength: 6 };
        expect(await beamSearch(scorer, options)).toEqual(await beamSearch(table, options));
      }),
      { numRuns: 60 },
    );
  });

  it('passes the function all tokens from the start token on', async () => {
    const seen: (readonly number[])[] = [];
    const logProbs = (tokens: readonly number[]) => {
      seen.push(tokens);
      return tokens.length < 3 ? [-9, -2, -1] : [-9, -1, -2];
    };
    const lists = await greedySearch(prefixScorer({ vocabularySize: 3, logProbs }), least);
    expect(lists[0]![0]!.tokens).toEqual([2, 2]);
    expect(seen).toEqual([[0], [0, 2], [0, 2, 2]]);
  });

  it('throws when the function returns another number of log-probabilities', async () => {
    const scorer = prefixScorer({ vocabularySize: 3, logProbs: () => [0, 0] });
    await expect(greedySearch(scorer, least)).rejects.toThrow(
      'prefixScorer: logProbs gave 2 numbers after [0]; expected one for each of the 3 tokens',
    );
  });
});
