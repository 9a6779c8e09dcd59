import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { Module } from '@unroll/nn';
import type { Memory } from '../encoder/memory.ts';

/**
 * The parts of a memory that attention reads at every step, computed once per source. The first axis of each tensor is
 * N.
 */
export type AttendedMemory = {
  /** `[N, S, …]`: the queries are compared with the keys */
  readonly keys: Tensor;
  /** `[N, S, …]`: contexts are weighted sums of the values */
  readonly values: Tensor;
  /** `[N, 1, S]`: 0 at a source's steps, −∞ past its end; absent when all sources have S steps */
  readonly bias?: Tensor3D | undefined;
};

export interface Attended {
  /** `[N, T, contextSize]`: the weighted sum of the values */
  readonly context: Tensor3D;
  /** `[N, T, S]`: how much each query attends to each step of its source; rows sum to 1 */
  readonly weights: Tensor3D;
}

/**
 * Weighs the steps of a memory by queries. A source may have several queries: the steps of a target, or the hypotheses
 * of a beam.
 */
export interface Attention extends Module {
  /** Size of a query, which is the decoder's output */
  readonly queryDim: number;
  /** Size of the memory's values */
  readonly memoryDim: number;
  /** Size of a context */
  readonly contextSize: number;
  /** Whether a step depends on the attention of earlier steps, so that steps run one after another */
  readonly coverage: boolean;
  prepare(memory: Memory): AttendedMemory;
  /**
   * @param query `[N, T, queryDim]`
   * @param coverage `[N, T, S]`: the sum of the weights of all earlier steps; required when `coverage` is on
   */
  forward(query: Tensor3D, memory: AttendedMemory, coverage?: Tensor3D): Attended;
}
