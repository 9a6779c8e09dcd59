import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Module } from '@unroll/nn';
import type { AttendedMemory } from '../attention/attention.ts';
import type { Memory } from '../encoder/memory.ts';
import type { StateSizes, States } from '../sequence-layer.ts';
import type { DecoderState } from './decoder-state.ts';

/** What a decoder reads of a memory at every step, worked out once. The first axis of each tensor is N. */
export type Reading = {
  readonly attended?: AttendedMemory | undefined;
  /** `[N, contextSize]` */
  readonly context?: Tensor2D | undefined;
};

/** What all steps of given targets come to. */
export interface DecodedSequence {
  /** `[N, T, hiddenSize]`, of which `scores` makes scores of tokens */
  readonly vectors: Tensor3D;
  /** `[N, T, S]`; absent without attention */
  readonly attention?: Tensor3D | undefined;
  readonly state: DecoderState;
}

/** What is said of given targets of T tokens. */
export interface TargetScores {
  /** `[N, T−1, V]`: scores for each token after the first, before the softmax */
  readonly scores: Tensor3D;
  /** `[N, T−1, S]`; absent without attention */
  readonly attention?: Tensor3D | undefined;
}

export interface DecodedStep {
  /** `[R, V]`: a score for each token, before the softmax */
  readonly scores: Tensor2D;
  /** `[R, S]`; absent without attention */
  readonly attention?: Tensor2D | undefined;
  readonly state: DecoderState;
}

/** Says the tokens of a target one after another. */
export interface Decoder extends Module {
  /** V, tokens that there are */
  readonly vocabularySize: number;
  /** Whether steps look at a memory's values, and so give attention */
  readonly attends: boolean;
  /** Features of the values that they look at */
  readonly memoryDim?: number | undefined;
  /** The shapes of the states that it begins with */
  readonly stateSizes: StateSizes;
  read(memory: Memory): Reading;
  /** The state before the first token of N sources; without `states` of zeros */
  begin(states: States | undefined, reading: Reading, sources: number): DecoderState;
  /** All steps of given tokens, int32 `[N, T]`: each step reads its own token, and not what the model would have said. */
  forward(tokens: Tensor2D, reading: Reading, state: DecoderState): DecodedSequence;
  /** One step of R rows, int32 `[R]`, as many for each source */
  step(tokens: Tensor1D, reading: Reading, state: DecoderState): DecodedStep;
  /** Scores of tokens, `[…, V]`, of vectors */
  scores(vectors: Tensor): Tensor;
}
