import { checkOptions, checkValue, kind, type OptionKinds } from '@unroll/backend/checks';
import type { StepScorer } from './step-scorer.ts';

/** What every search takes. */
export interface SearchOptions {
  /** What every hypothesis begins with; it is not among its tokens. */
  startToken: number;
  /** What every hypothesis ends with; it is scored, but not among its tokens. */
  endToken: number;
  /** The most tokens of a hypothesis, the end token not counted: after so many the end is forced. Default 100. */
  maxLength?: number | undefined;
  /** The most tokens of a hypothesis as a multiple of its source's steps, rounded down. Of both limits the lesser counts. */
  maxLengthRatio?: number | undefined;
  /** The least tokens of a hypothesis. Default 0. */
  minLength?: number | undefined;
  /**
   * The least tokens of a hypothesis as a multiple of its source's steps, rounded up. Of both limits the greater counts, but
   * never more than the most tokens.
   */
  minLengthRatio?: number | undefined;
  /** Tokens that no hypothesis has: padding, the start token, the unknown one. Default none, not even the start token. */
  bannedTokens?: readonly number[] | undefined;
  /** A token is banned that would complete a run of so many tokens that the hypothesis has already. Default: none is. */
  noRepeatNgramSize?: number | undefined;
  /**
   * What hypotheses begin with: one list of tokens for all sources, or one for each. It is scored like other tokens; bans and
   * the least length do not apply to it. Default none.
   */
  prefix?: readonly number[] | readonly (readonly number[])[] | undefined;
  /** Whether hypotheses have attention and alignment. Default false. */
  attention?: boolean | undefined;
  /** Where it aborts, the search frees what it holds and rejects with the signal's reason, at the latest after the step under way. */
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

/** Checks a search's arguments; `kindsOf` gives its options' kinds for a size of vocabulary. Returns the options that are there. */
export function checkSearch<Options extends SearchOptions>(
  owner: string,
  scorer: StepScorer,
  options: Options,
  kindsOf: (vocabularySize: number) => OptionKinds<Options>,
): Options {
  checkValue(owner, 'scorer', scorer, stepScorer);
  return checkOptions(owner, options, kindsOf(scorer.vocabularySize));
}
