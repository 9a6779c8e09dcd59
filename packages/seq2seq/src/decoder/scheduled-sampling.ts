import {
  argMax,
  cast,
  greater,
  ones,
  type Rank,
  stack,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  unstack,
  where,
} from '@tensorflow/tfjs-core';
import { liveAttrs, philoxDropout, tidyResult } from '@unroll/backend/operations';
import { defaultGenerator } from '@unroll/nn';
import type { Decoder, Reading } from './decoder.ts';
import type { DecoderState } from './decoder-state.ts';

/** What all steps come to, with their scores. */
export interface SampledSequence {
  /** `[N, T, V]` */
  readonly scores: Tensor3D;
  /** `[N, T, S]`; absent without attention */
  readonly attention?: Tensor3D | undefined;
}

/**
 * Steps that follow one another, each of which reads the token given with probability `ratio`, else the token that the step before
 * scored highest; the first always reads the one given. The default generator decides for each token.
 *
 * @param tokens int32 `[N, T]`
 */
export function decodeWithForcing(
  decoder: Decoder,
  tokens: Tensor2D,
  reading: Reading,
  begin: DecoderState,
  ratio: number,
): SampledSequence {
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
    return {
      scores: stack(scores, 1) as Tensor3D,
      attention: attention.length > 0 ? (stack(attention, 1) as Tensor3D) : undefined,
    };
  });
}

/** For each step, which rows read the token given: bool `[N]` each. A captured function draws anew at each replay, as dropout does. */
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
