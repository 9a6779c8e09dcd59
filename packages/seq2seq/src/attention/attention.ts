import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { Module } from '@unroll/nn';
import type { Memory } from '../encoder/memory.ts';

/** What attention reads of a memory at every step, worked out once for a source. The first axis of each tensor is N. */
export type AttendedMemory = {
  /** `[N, S, …]`: what queries are compared with */
  readonly keys: Tensor;
  /** `[N, S, …]`: what contexts are made of */
  readonly values: Tensor;
  /** `[N, 1, S]`: 0 at a source's steps, −∞ past its end; absent where all sources have S steps */
  readonly bias?: Tensor3D | undefined;
};

export interface Attended {
  /** `[N, T, contextSize]`: the values, weighted */
  readonly context: Tensor3D;
  /** `[N, T, S]`: how much each query attends to each step of its source; rows sum to 1 */
  readonly weights: Tensor3D;
}

/** Weighs the steps of a memory by queries, of which a source may have several: the steps of a target, or the hypotheses of a beam. */
export interface Attention extends Module {
  /** Features of a query: of the decoder's output */
  readonly queryDim: number;
  /** Features of the memory's values */
  readonly memoryDim: number;
  /** Features of a context */
  readonly contextSize: number;
  /** Whether the attention so far is looked at, so that steps follow one another */
  readonly coverage: boolean;
  prepare(memory: Memory): AttendedMemory;
  /**
   * @param query `[N, T, queryDim]`
   * @param coverage `[N, T, S]`: the weights of all steps before, summed, where `coverage` is on
   */
  forward(query: Tensor3D, memory: AttendedMemory, coverage?: Tensor3D): Attended;
}
