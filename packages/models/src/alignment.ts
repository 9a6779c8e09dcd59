import {
  add,
  concat,
  expandDims,
  log,
  matMul,
  mul,
  relu,
  softmax,
  sub,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { Dropout, Linear, Module } from '@unroll/nn';
import type { Memory } from '@unroll/seq2seq';

export interface AlignmentOptions {
  /** E, the size of the memories' values */
  inputSize: number;
  /** H, the size of the comparisons */
  outputSize: number;
  dropout: number;
}

/**
 * Compares each step `a_s` of a source with the steps `b` of another that it attends to: with
 * `ã_s = Σ_t softmax_t(a_s·b_t)·b_t` the comparison is `relu(W [a_s; ã_s; a_s − ã_s; a_s ∘ ã_s] + b)`. Parikh et al.,
 * "A decomposable attention model" (2016); Chen et al., "Enhanced LSTM for natural language inference" (2017). State
 * dict keys: `compare.weight [H, 4E]`, `compare.bias [H]`.
 */
export class Alignment extends Module {
  readonly dropout: Dropout;
  readonly compare: Linear;

  constructor({ inputSize, outputSize, dropout }: AlignmentOptions) {
    super();
    this.dropout = new Dropout({ p: dropout });
    this.compare = new Linear({ inFeatures: 4 * inputSize, outFeatures: outputSize });
  }

  /** @returns the memory of the source with its comparisons `[N, S, H]` as values */
  forward(source: Memory, other: Memory): Memory {
    return tidyResult(() => {
      const { values, mask } = source;
      const affinities = matMul(values, other.values, false, true); // [N, S, S']
      const bias = other.mask && expandDims(log(other.mask), 1);
      const aligned = matMul(softmax(bias ? add(affinities, bias) : affinities), other.values) as Tensor3D;
      const joined = concat([values, aligned, sub(values, aligned), mul(values, aligned)], 2);
      const compared = relu(this.compare.forward(this.dropout.forward(joined)));
      const kept = (mask ? mul(compared, expandDims(mask, 2)) : compared) as Tensor3D;
      return { ...source, values: kept };
    });
  }
}
