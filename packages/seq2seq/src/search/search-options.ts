import { checkOptions, checkValue, kind, type OptionKinds } from '@unroll/backend/checks';
import type { StepScorer } from './step-scorer.ts';

/** Options of every search. */
export interface SearchOptions {
  /** Every hypothesis begins with this token. It is not among the hypothesis's tokens. */
  startToken: number;
  /** Every hypothesis ends with this token. It is scored, but not among the hypothesis's tokens. */
  endToken: number;
  /** The greatest number of tokens of a hypothesis, without the end token, which is then forced. Default 100. */
  maxLength?: number | undefined;
  /**
   * The greatest number of tokens as a multiple of the source's steps, rounded down. The lower of both limits applies.
   */
  maxLengthRatio?: number | undefined;
  /** The least number of tokens of a hypothesis. Default 0. */
  minLength?: number | undefined;
  /**
   * The least number of tokens as a multiple of the source's steps, rounded up. The higher of both limits applies, but
   * never more than the greatest number of tokens.
   */
  minLengthRatio?: number | undefined;
  /**
   * Tokens that no hypothesis contains: padding, the start token, the unknown token. Default: none, not even the start
   * token.
   */
  bannedTokens?: readonly number[] | undefined;
  /**
   * A token is banned when it would repeat a run of this many tokens in the hypothesis. Default: no token is banned.
   */
  noRepeatNgramSize?: number | undefined;
  /**
   * The first tokens of the hypotheses: one list for all sources, or one list for each. They are scored like other
   * tokens. Bans and the least length do not apply to them. Default: none.
   */
  prefix?: readonly number[] | readonly (readonly number[])[] | undefined;
  /** Whether hypotheses have attention and alignment. Default false. */
  attention?: boolean | undefined;
  /**
   * When it aborts, the search frees all it holds and rejects with the signal's reason, after the current step at the
   * latest.
   */
  signal?: AbortSignal | undefined;
}

export const finiteAtLeastZero = {
  expected: 'a finite number of at least 0',
  fits: (value: unknown) => Number.isFinite(value) && (value as number) >= 0,
};
export const finiteAboveZero = {
  expected: 'a finite number over 0',
  fits: (value: unknown) => Number.isFinite(value) && (value as number) > 0,
};

const abortSignal = { expected: 'an AbortSignal', fits: (value: unknown) => value instanceof AbortSignal };

export function searchKinds(vocabularySize: number): OptionKinds<SearchOptions> {
  const token = {
    ...kind.wholeWithin(0, vocabularySize - 1),
    expected: `a token in 0…${vocabularySize - 1}`,
  };
  const tokens = kind.listOf(token, `an array of tokens in 0…${vocabularySize - 1}`);
  return {
    startToken: kind.required(token),
    endToken: kind.required(token),
    maxLength: kind.whole(0),
    maxLengthRatio: finiteAboveZero,
    minLength: kind.whole(0),
    minLengthRatio: finiteAtLeastZero,
    bannedTokens: tokens,
    noRepeatNgramSize: kind.whole(1),
    prefix: kind.either(tokens, kind.listOf(tokens, 'an array of such arrays, one for each source')),
    attention: kind.flag,
    signal: abortSignal,
  };
}

const functions = ['start', 'step', 'release'] as const;

const stepScorer = kind.required({
  expected: `a step scorer, with ${functions.join(', ')}, vocabularySize and sourceLengths`,
  fits: (value: unknown) =>
    kind.record.fits(value) && functions.every((name) => typeof (value as StepScorer)[name] === 'function'),
});

/**
 * Checks a search's arguments. `kindsOf` gives the kinds of its options for a vocabulary size. Returns the options that
 * are given.
 */
export function checkSearch<Options extends SearchOptions>(
  owner: string,
  scorer: StepScorer,
  options: Options,
  kindsOf: (vocabularySize: number) => OptionKinds<Options>,
): Options {
  checkValue(owner, 'scorer', scorer, stepScorer);
  return checkOptions(owner, options, kindsOf(scorer.vocabularySize));
}
