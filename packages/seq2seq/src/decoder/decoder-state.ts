import { gather, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkRank, checkValue, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import type { States } from '../sequence-layer.ts';

/** The state that a decoder carries from step to step, for R rows: the hypotheses of all sources, grouped by source. */
export type DecoderState = {
  /** States of the recurrent layer, `[layers, R, features]` each */
  readonly states: States;
  /** `[R, attentionalSize]`: the attentional vector that the next step reads; present with input feeding */
  readonly fed?: Tensor2D | undefined;
  /** `[R, S]`: the sum of the attention of all steps so far; present when the attention uses coverage */
  readonly coverage?: Tensor2D | undefined;
};

const stateKind = kind.required({
  expected: 'the state of a decoder',
  fits: (value) => Array.isArray((value as Partial<DecoderState> | null)?.states),
});

/**
 * Reorders the state: row r of the result is row `rows[r]` of the given state.
 *
 * @param rows int32
 */
export function gatherRows(state: DecoderState, rows: Tensor1D): DecoderState {
  checkValue('gatherRows', 'state', state, stateKind);
  checkRank('gatherRows', 'rows', rows, 1);
  const { states, fed, coverage } = state;
  return tidyResult(() => ({
    states: states.map((each) => gather(each, rows, 1)),
    fed: fed && gather(fed, rows),
    coverage: coverage && gather(coverage, rows),
  }));
}
