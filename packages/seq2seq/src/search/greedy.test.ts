import { ArgumentError } from '@unroll/backend/errors';
import { describe, expect, it } from 'vitest';
import { TableScorer } from '../../test/table-scorer.ts';
import { greedySearch } from './greedy.ts';
import type { SearchOptions } from './search-options.ts';

const START = 0;
const END = 1;
const least: SearchOptions = { startToken: START, endToken: END };

/** The log-probabilities depend on the last token alone. */
const bigrams: Readonly<Record<number, readonly number[]>> = {
  [START]: [-9, -4, -1, -2, -3],
  2: [-9, -2, -3, -1, -4],
  3: [-9, -1, -2, -3, -4],
  4: [-9, -3, -2, -1, -4],
};
const byLastToken = (_: number, tokens: readonly number[]) => bigrams[tokens.at(-1) ?? START]!;
const scorer = (sourceLengths = [2]) =>
  new TableScorer({
    vocabularySize: 5,
    sourceLengths,
    logProbs: byLastToken,
    attention: (_, tokens) => (tokens.length === 1 ? [0.25, 0.75] : [0.5, 0.5]),
  });

const bestOf = async (options: Partial<SearchOptions>) =>
  (await greedySearch(scorer(), { ...least, ...options }))[0]![0]!;
const tokensOf = async (options: Partial<SearchOptions>, lengths = [2]) =>
  (await greedySearch(scorer(lengths), { ...least, ...options })).map(([best]) => best!.tokens);

describe('greedySearch', () => {
  it('takes the most probable token until that is the end token', async () => {
    const table = scorer();
    const [hypotheses] = await greedySearch(table, least);
    expect(hypotheses).toEqual([{ tokens: [2, 3], score: -3, logProb: -3, tokenLogProbs: [-1, -1, -1] }]);
    expect(table).toMatchObject({ steps: 3, unreleased: 0 });
  });

  it('forces and scores the end token at the greatest length', async () => {
    const best = await bestOf({ maxLength: 1 });
    expect(best).toEqual({ tokens: [2], score: -3, logProb: -3, tokenLogProbs: [-1, -2] });
  });

  it('applies the lower of both greatest lengths, separately for each source', async () => {
    expect(await tokensOf({ minLength: 3, maxLength: 4, maxLengthRatio: 1.5 }, [2, 4])).toEqual([
      [2, 3, 2],
      [2, 3, 2, 3],
    ]);
    expect(
      await tokensOf({
        bannedTokens: [3],
        maxLength: 4,
        maxLengthRatio: 0.5,
        minLengthRatio: 0.5,
        minLength: 3,
      }),
    ).toEqual([[2]]);
  });

  it('continues up to the least length, given as a number or a ratio', async () => {
    expect(await tokensOf({ minLength: 3 })).toEqual([[2, 3, 2, 3]]);
    expect(await tokensOf({ minLengthRatio: 1.5 })).toEqual([[2, 3, 2, 3]]);
  });

  it('takes no banned token', async () => {
    expect(await tokensOf({ bannedTokens: [2] })).toEqual([[3]]);
    expect(await tokensOf({ bannedTokens: [0, 2, 3], minLength: 2 })).toEqual([[4, 4]]);
  });

  it('repeats no run of tokens', async () => {
    expect(await tokensOf({ minLength: 4, noRepeatNgramSize: 2 })).toEqual([[2, 3, 2, 2]]);
    expect(await tokensOf({ minLength: 3, noRepeatNgramSize: 1 })).toEqual([[2, 3, 4]]);
  });

  it('ends when no other token may follow, even below the least length', async () => {
    expect(await tokensOf({ minLength: 9, noRepeatNgramSize: 1 })).toEqual([[2, 3, 4, 0]]);
    expect(await tokensOf({ minLength: 9, bannedTokens: [0, 2, 3, 4] })).toEqual([[]]);
  });

  it('begins with the prefix, ignores bans in it, and scores it', async () => {
    const best = await bestOf({ prefix: [4, 2], bannedTokens: [4] });
    expect(best).toMatchObject({ tokens: [4, 2, 3], tokenLogProbs: [-3, -2, -1, -1] });
    expect(await tokensOf({ prefix: [[4], [], [3]] }, [2, 2, 2])).toEqual([[4, 3], [2, 3], [3]]);
  });

  it('gives attention for each scored token and an alignment for each other token, when requested', async () => {
    const best = await bestOf({ attention: true });
    const even = Float32Array.of(0.5, 0.5);
    expect(best).toMatchObject({ attention: [even, Float32Array.of(0.25, 0.75), even], alignment: [0, 1] });
  });

  it('requests attention only when needed, and few different numbers of top tokens', async () => {
    const table = scorer();
    await greedySearch(table, { ...least, bannedTokens: [4] });
    expect(table.requests.map(({ attention, top }) => ({ attention, top }))).toEqual(
      Array(3).fill({ attention: false, top: 4 }),
    );
  });

  it('returns nothing for no sources, without a step', async () => {
    const table = scorer([]);
    expect(await greedySearch(table, least)).toEqual([]);
    expect(table).toMatchObject({ steps: 0, unreleased: 0 });
  });
});

describe('wrong arguments of a search', () => {
  const wrong: readonly [object, string, string][] = [
    [{ endToken: undefined }, 'endToken', 'endToken is undefined; expected a token in 0…4'],
    [{ startToken: 5 }, 'startToken', 'startToken is 5; expected a token in 0…4'],
    [{ maxLength: 1.5 }, 'maxLength', 'maxLength is 1.5; expected a whole number of at least 0'],
    [{ maxLenght: 3 }, 'maxLenght', "there is no option 'maxLenght'; did you mean maxLength?"],
    [{ minLength: 101 }, 'minLength', 'minLength is 101; expected at most maxLength, 100'],
    [
      { minLengthRatio: 2, maxLengthRatio: 1 },
      'minLengthRatio',
      'minLengthRatio is 2; expected at most maxLengthRatio, 1',
    ],
    [{ bannedTokens: [1] }, 'bannedTokens', 'bannedTokens holds 1, the end token; expected others'],
    [
      { prefix: [2, 1] },
      'prefix',
      'prefix holds 1, the end token, which nothing can follow; expected others',
    ],
    [
      { prefix: [[2], [2]] },
      'prefix',
      'prefix has 2 lists; expected one list of tokens, or one for each of 1 sources',
    ],
    [
      { prefix: [2, 2], maxLengthRatio: 0.5 },
      'prefix',
      'prefix has 2 tokens; expected at most 1, the most tokens of source 0',
    ],
    [{ signal: 3 }, 'signal', 'signal is 3; expected an AbortSignal'],
  ];
  it.each(wrong)('%o throws and names the argument', async (options, argument, words) => {
    const table = scorer();
    const error = await greedySearch(table, { ...least, ...options }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error).toMatchObject({ argument, message: expect.stringContaining(`greedySearch: ${words}`) });
    expect(table).toMatchObject({ steps: 0, unreleased: 0 });
  });

  it('throws for a scorer without the methods of one', async () => {
    const search = greedySearch({ vocabularySize: 5 } as never, least);
    await expect(search).rejects.toThrow('greedySearch: scorer is an object; expected a step scorer');
  });

  it('throws when a scorer gives NaN, no log-probabilities, too few numbers or no attention', async () => {
    const nan = new TableScorer({ vocabularySize: 2, sourceLengths: [1], logProbs: () => [NaN, NaN] });
    await expect(greedySearch(nan, least)).rejects.toThrow(
      'scorer gave NaN as the log-probability of token 0',
    );
    const scores = new TableScorer({ vocabularySize: 2, sourceLengths: [1], logProbs: () => [-1, 3] });
    await expect(greedySearch(scores, least)).rejects.toThrow(
      'scorer gave 3 as the log-probability of token 1; expected a number of at most 0',
    );
    const table = scorer();
    const short = Object.assign(Object.create(table) as TableScorer, {
      sourceLengths: [2],
      vocabularySize: 5,
      start: () => table.start(),
      release: (state: never) => table.release(state),
      step: async (request: never) => ({ ...(await table.step(request)), logProbs: new Float32Array(3) }),
    });
    await expect(greedySearch(short, least)).rejects.toThrow(
      'greedySearch: scorer gave 3 log-probabilities; expected 4 for each of 1 rows, as top is 4',
    );
    const blind = new TableScorer({ vocabularySize: 5, sourceLengths: [2], logProbs: byLastToken });
    await expect(greedySearch(blind, { ...least, attention: true })).rejects.toMatchObject({
      argument: 'attention',
      message: 'greedySearch: attention needs attention over all steps of a source; the scorer gives none',
    });
    expect([nan.unreleased, table.unreleased, blind.unreleased]).toEqual([0, 0, 0]);
  });
});
