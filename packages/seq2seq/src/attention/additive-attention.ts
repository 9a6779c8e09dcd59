import {
  add,
  expandDims,
  mul,
  type Rank,
  reshape,
  type Tensor,
  type Tensor3D,
  tanh,
  type Variable,
} from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { Linear, uniformParameter } from '@unroll/nn';
import { type AttentionOptions, attentionKinds, ScoredAttention } from './scored-attention.ts';

export interface AdditiveAttentionOptions extends AttentionOptions {
  /** A, the size of the space in which query and key are added. Default: queryDim. */
  hiddenDim?: number | undefined;
}

const kinds = { ...attentionKinds, hiddenDim: kind.whole(1) };

/**
 * `score(q, v) = u·tanh(W q + b + K v)`: Bahdanau et al., "Neural machine translation by jointly learning to align and
 * translate" (2015). The keys `K v` are computed once per source. With coverage c the score is
 * `u·tanh(W q + b + K v + c·w)`, as in See et al. (2017). State dict keys: `query.weight [A, queryDim]`,
 * `query.bias [A]`, `key.weight [A, memoryDim]`, `score.weight [1, A]`, `weight_coverage [A]`.
 */
export class AdditiveAttention extends ScoredAttention {
  readonly hiddenDim: number;
  readonly query: Linear;
  readonly key: Linear;
  readonly score: Linear;
  readonly weight_coverage?: Variable<Rank.R1>;

  constructor(options: AdditiveAttentionOptions) {
    const given = checkOptions('AdditiveAttention', options, kinds);
    const { hiddenDim = given.queryDim, ...shared } = given;
    super(shared);
    this.hiddenDim = hiddenDim;
    this.query = new Linear({ inFeatures: this.queryDim, outFeatures: hiddenDim });
    this.key = new Linear({ inFeatures: this.memoryDim, outFeatures: hiddenDim, bias: false });
    this.score = new Linear({ inFeatures: hiddenDim, outFeatures: 1, bias: false });
    if (this.coverage)
      this.weight_coverage = uniformParameter<Rank.R1>([hiddenDim], 1 / Math.sqrt(hiddenDim));
  }

  protected keysOf(values: Tensor3D): Tensor3D {
    return this.key.forward(values);
  }

  protected scores(query: Tensor3D, keys: Tensor3D, coverage: Tensor3D | undefined): Tensor3D {
    const [sources, steps] = query.shape;
    let sum: Tensor = add(expandDims(this.query.forward(query), 2), expandDims(keys, 1)); // [N, T, S, A]
    if (coverage) sum = add(sum, mul(expandDims(coverage, 3), this.weight_coverage!));
    return reshape(this.score.forward(tanh(sum)), [sources, steps, keys.shape[1]]);
  }
}
