import { matMul, type Tensor3D } from '@tensorflow/tfjs-core';
import { kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { Module } from '@unroll/nn';
import type { Memory } from '../encoder/memory.ts';
import type { Attended, AttendedMemory, Attention } from './attention.ts';
import { checkMemory, checkQuery } from './check-attention.ts';
import { maskBias, maskedSoftmax } from './masked-softmax.ts';

export interface AttentionOptions {
  /** Features of a query: the decoder's output */
  queryDim: number;
  /** Features E of the memory's values: the encoder's output, both directions */
  memoryDim: number;
  /**
   * Whether the score of a step also depends on how much attention it has had: See et al., "Get to the point" (2017). Steps then
   * follow one another. Default false.
   */
  coverage?: boolean | undefined;
}

/** What `AttentionOptions` have to be. */
export const attentionKinds = {
  queryDim: kind.required(kind.whole(1)),
  memoryDim: kind.required(kind.whole(1)),
  coverage: kind.flag,
};

/** Attention with one score for a query and a step; what `DotAttention`, `GeneralAttention` and `AdditiveAttention` share. */
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

  /** What queries are compared with, `[N, S, …]`, of the memory's values */
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
