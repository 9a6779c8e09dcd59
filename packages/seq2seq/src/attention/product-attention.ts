import { add, matMul, mul, type Rank, reshape, type Tensor3D, type Variable } from '@tensorflow/tfjs-core';
import { uniformParameter } from '@unroll/nn';
import { type AttentionOptions, ScoredAttention } from './scored-attention.ts';

/**
 * Base of `DotAttention` and `GeneralAttention`, whose score is the product of query and key. Coverage c times a
 * parameter w is added to each key: `q·(k + c·w) = q·k + c·(q·w)`.
 */
export abstract class ProductAttention extends ScoredAttention {
  /** `[queryDim]` */
  readonly weight_coverage?: Variable<Rank.R1>;

  protected constructor(options: AttentionOptions) {
    super(options);
    const { queryDim } = this;
    if (this.coverage) this.weight_coverage = uniformParameter<Rank.R1>([queryDim], 1 / Math.sqrt(queryDim));
  }

  protected scores(query: Tensor3D, keys: Tensor3D, coverage: Tensor3D | undefined): Tensor3D {
    const product: Tensor3D = matMul(query, keys, false, true); // [N, T, S]
    if (!coverage) return product;
    const [sources, steps, features] = query.shape;
    const weight = reshape(this.weight_coverage!, [features, 1]);
    const alongWeight = matMul(reshape(query, [sources * steps, features]), weight);
    return add(product, mul(coverage, reshape(alongWeight, [sources, steps, 1])));
  }
}
