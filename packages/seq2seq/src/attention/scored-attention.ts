import { matMul, type Tensor3D } from '@tensorflow/tfjs-core';
import { kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '@unroll/nn';
import type { Memory } from '../encoder/memory.ts';
import type { Attended, AttendedMemory, Attention } from './attention.ts';
import { checkMemory, checkQuery } from './check-attention.ts';
import { maskBias, maskedSoftmax } from './masked-softmax.ts';

export interface AttentionOptions {
  /** Size of a query: the decoder's output */
  queryDim: number;
  /** E, size of the memory's values: the encoder's output, both directions */
  memoryDim: number;
  /**
   * Whether the score of a step also depends on the attention that the step has already had: See et al., "Get to the
   * point" (2017). Steps then run one after another. Default false.
   */
  coverage?: boolean | undefined;
}

/** The kinds of the fields of `AttentionOptions`. */
export const attentionKinds = {
  queryDim: kind.required(kind.whole(1)),
  memoryDim: kind.required(kind.whole(1)),
  coverage: kind.flag,
};

/**
 * Attention with one score per query and step: the common base of `DotAttention`, `GeneralAttention` and
 * `AdditiveAttention`.
 */
export abstract class ScoredAttention extends Module implements Attention {
  readonly queryDim: number;
  readonly memoryDim: number;
  readonly coverage: boolean;

  protected constructor({ queryDim, memoryDim, coverage = false }: AttentionOptions) {
    super();
    this.queryDim = queryDim;
    this.memoryDim = memoryDim;
    this.coverage = coverage;
  }

  get contextSize(): number {
    return this.memoryDim;
  }

  /** Computes the keys `[N, S, …]` from the memory's values */
  protected abstract keysOf(values: Tensor3D): Tensor3D;

  /** `[N, T, S]` */
  protected abstract scores(query: Tensor3D, keys: Tensor3D, coverage: Tensor3D | undefined): Tensor3D;

  prepare(memory: Memory): AttendedMemory {
    checkMemory(this, memory);
    return tidyResult(() => ({
      keys: this.keysOf(memory.values),
      values: memory.values.clone(),
      bias: maskBias(memory.mask),
    }));
  }

  forward(query: Tensor3D, { keys, values, bias }: AttendedMemory, coverage?: Tensor3D): Attended {
    checkQuery(this, query, keys, coverage);
    return tidyResult(() => {
      const weights = maskedSoftmax(this.scores(query, keys as Tensor3D, coverage), bias); // [N, T, S]
      return { weights, context: matMul(weights, values as Tensor3D) };
    });
  }
}
