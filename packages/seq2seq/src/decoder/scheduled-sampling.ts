import {
  argMax,
  cast,
  greater,
  ones,
  type Rank,
  type Tensor1D,
  type Tensor2D,
  unstack,
  where,
} from '@tensorflow/tfjs-core';
import { liveAttrs, philoxDropout, tidyResult } from '@unroll/backend/operations';
import { defaultGenerator } from '@unroll/nn';
import type { Decoder, Reading, TargetScores } from './decoder.ts';
import type { DecoderState } from './decoder-state.ts';
import { stackSteps } from './stack-steps.ts';

/**
 * Runs the steps of given targets one after another. With probability `ratio` a step reads the given token; otherwise
 * it reads the token with the highest score of the step before. The first step always reads the given token. The
 * default generator decides for each token.
 *
 * @param tokens int32 `[N, T]`
 */
export function decodeWithForcing(
  decoder: Decoder,
  tokens: Tensor2D,
  reading: Reading,
  begin: DecoderState,
  ratio: number,
): TargetScores {
  return tidyResult(() => {
    const given = unstack(tokens, 1) as Tensor1D[];
    const forced = ratio > 0 ? forcedSteps(tokens.shape, ratio) : undefined;
    const scores: Tensor2D[] = [];
    const attention: Tensor2D[] = [];
    let state = begin;
    for (const [t, token] of given.entries()) {
      const said = t === 0 ? token : (argMax(scores[t - 1]!, 1) as Tensor1D);
      const read = t > 0 && forced ? where(forced[t]!, token, said) : said;
      const step = decoder.step(cast(read, 'int32'), reading, state);
      scores.push(step.scores);
      if (step.attention) attention.push(step.attention);
      state = step.state;
    }
    return { scores: stackSteps(scores)!, attention: stackSteps(attention) };
  });
}

/**
 * For each step, the rows that read the given token: bool `[N]` each. A captured function draws anew at each replay, as
 * dropout does.
 */
function forcedSteps([rows, steps]: readonly [number, number], ratio: number): Tensor1D[] {
  const kept = philoxDropout(
    ones<Rank.R2>([rows, steps]),
    liveAttrs(
      () => ({ p: 1 - ratio, ...defaultGenerator.nextMask() }),
      () => defaultGenerator.snapshot(),
    ),
  );
  return unstack(greater(kept, 0), 1) as Tensor1D[];
}
