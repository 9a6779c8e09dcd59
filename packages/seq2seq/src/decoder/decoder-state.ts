import { gather, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import type { States } from '../sequence-layer.ts';

/** What a decoder carries from step to step, for R rows: the hypotheses of all sources, those of one together. */
export type DecoderState = {
  /** Of the recurrent layer, `[layers, R, features]` each */
  readonly states: States;
  /** `[R, attentionalSize]`: the attentional vector that the next step reads, with input feeding */
  readonly fed?: Tensor2D | undefined;
  /** `[R, S]`: the attention of all steps so far, summed, where attention looks at it */
  readonly coverage?: Tensor2D | undefined;
};

/**
 * The state of other rows: row r of the result is row `rows[r]`.
 *
 * @param rows int32
 */
export function gatherRows({ states, fed, coverage }: DecoderState, rows: Tensor1D): DecoderState {
  return tidyResult(() => ({
    states: states.map((state) => gather(state, rows, 1)),
    fed: fed && gather(fed, rows),
    coverage: coverage && gather(coverage, rows),
  }));
}
