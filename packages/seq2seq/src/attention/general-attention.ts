import { add, matMul, type Rank, type Tensor3D, type Variable } from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { Linear } from '@unroll/nn';
import { uniformParameter } from '../uniform-parameter.ts';
import { coverageScore } from './coverage-score.ts';
import { type AttentionOptions, attentionKinds, ScoredAttention } from './scored-attention.ts';

/**
 * `score(q, v) = q·(W v)`: Luong et al. (2015), equation 8. The keys `W v` are worked out once for a source. With coverage c,
 * `q·(W v + c·w)`. Keys: `key.weight [queryDim, memoryDim]`, `weight_coverage [queryDim]`.
 */
export class GeneralAttention extends ScoredAttention {
  readonly key: Linear;
  readonly weight_coverage?: Variable<Rank.R1>;

  constructor(options: AttentionOptions) {
    const given = checkOptions('GeneralAttention', options, attentionKinds);
    super(given);
    const { queryDim, memoryDim } = given;
    this.key = new Linear({ inFeatures: memoryDim, outFeatures: queryDim, bias: false });
    if (given.coverage) this.weight_coverage = uniformParameter<Rank.R1>([queryDim], 1 / Math.sqrt(queryDim));
  }

  protected keysOf(values: Tensor3D): Tensor3D {
    return this.key.forward(values) as Tensor3D;
  }

  protected scores(query: Tensor3D, keys: Tensor3D, coverage: Tensor3D | undefined): Tensor3D {
    const product: Tensor3D = matMul(query, keys, false, true);
    return coverage ? add(product, coverageScore(query, coverage, this.weight_coverage!)) : product;
  }
}
