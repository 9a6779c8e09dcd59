import { checkOptions, kind } from '@unroll/backend/checks';
import type { SampleSearchOptions, StepScorer } from '@unroll/seq2seq';
import { drawKinds } from '@unroll/seq2seq/checks';
import type { TextOptions } from './language-model-options.ts';
import { openEnded } from './open-ended-scorer.ts';

function kindsFor(vocabularySize: number) {
  const { temperature, topK, topP, bannedTokens, generator, signal } = drawKinds(vocabularySize);
  return {
    length: kind.required(kind.whole(0)),
    endToken: kind.wholeWithin(0, vocabularySize - 1),
    temperature,
    topK,
    topP,
    bannedTokens,
    generator,
    signal,
  };
}

/** A search for a text: its options, and how it sees a model's scorer. */
export interface TextSearch {
  readonly options: SampleSearchOptions;
  readonly over: <State>(scorer: StepScorer<State>) => StepScorer<State>;
}

/**
 * The search for a text after a token. A text without an end token is one whose end, a token of its own, comes after
 * `length` tokens.
 */
export function textSearch(
  operation: string,
  startToken: number,
  options: TextOptions,
  vocabularySize: number,
): TextSearch {
  const { length, endToken, ...drawing } = checkOptions(operation, options, kindsFor(vocabularySize));
  const common = { ...drawing, startToken, maxLength: length };
  return endToken === undefined
    ? { options: { ...common, endToken: vocabularySize, minLength: length }, over: openEnded }
    : { options: { ...common, endToken }, over: (scorer) => scorer };
}
