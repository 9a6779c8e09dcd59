import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Module } from '@unroll/nn';
import type { AttendedMemory } from '../attention/attention.ts';
import type { Memory } from '../encoder/memory.ts';
import type { StateSizes, States } from '../sequence-layer.ts';
import type { DecoderState } from './decoder-state.ts';

/** The parts of a memory that a decoder reads at every step, computed once. The first axis of each tensor is N. */
export type Reading = {
  readonly attended?: AttendedMemory | undefined;
  /** `[N, contextSize]` */
  readonly context?: Tensor2D | undefined;
};

/** The results of all steps over given targets. */
export interface DecodedSequence {
  /** `[N, T, hiddenSize]`: `scores` turns these vectors into scores of tokens */
  readonly vectors: Tensor3D;
  /** `[N, T, S]`; absent without attention */
  readonly attention?: Tensor3D | undefined;
  readonly state: DecoderState;
}

/** Scores of given targets of T tokens. */
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

/** Generates the tokens of a target one after another. */
export interface Decoder extends Module {
  /** V, the number of tokens */
  readonly vocabularySize: number;
  /** Whether steps attend to a memory's values and return attention */
  readonly attends: boolean;
  /** Size of the memory's values that the steps attend to */
  readonly memoryDim?: number | undefined;
  /** The shapes of the initial states */
  readonly stateSizes: StateSizes;
  read(memory: Memory): Reading;
  /** The state before the first token of N sources. Without `states` it is zeros. */
  begin(states: States | undefined, reading: Reading, sources: number): DecoderState;
  /** All steps over given tokens, int32 `[N, T]`: each step reads the given token, not a token that the model chose. */
  forward(tokens: Tensor2D, reading: Reading, state: DecoderState): DecodedSequence;
  /** One step of R rows, int32 `[R]`. Each source has the same number of rows. */
  step(tokens: Tensor1D, reading: Reading, state: DecoderState): DecodedStep;
  /** Turns vectors into scores of tokens, `[…, V]` */
  scores(vectors: Tensor): Tensor;
}
