import { add, matMul, type Rank, type Tensor3D, type Variable } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue } from '@unroll/backend/checks';
import { uniformParameter } from '../uniform-parameter.ts';
import { coverageScore } from './coverage-score.ts';
import { type AttentionOptions, attentionKinds, ScoredAttention } from './scored-attention.ts';

/**
 * `score(q, v) = q·v`, of queries and values with equally many features: Luong et al., "Effective approaches to attention-based neural
 * machine translation" (2015), equation 8. With coverage c, `q·(v + c·w)`, of one parameter, `weight_coverage [queryDim]`.
 */
export class DotAttention extends ScoredAttention {
  readonly weight_coverage?: Variable<Rank.R1>;

  /** @throws where `queryDim` and `memoryDim` differ */
  constructor(options: AttentionOptions) {
    const given = checkOptions('DotAttention', options, attentionKinds);
    checkValue('DotAttention', 'memoryDim', given.memoryDim, {
      expected: `queryDim, ${given.queryDim}; GeneralAttention takes others`,
      fits: () => given.memoryDim === given.queryDim,
    });
    super(given);
    const { queryDim } = given;
    if (given.coverage) this.weight_coverage = uniformParameter<Rank.R1>([queryDim], 1 / Math.sqrt(queryDim));
  }

  protected keysOf(values: Tensor3D): Tensor3D {
    return values.clone();
  }

  protected scores(query: Tensor3D, keys: Tensor3D, coverage: Tensor3D | undefined): Tensor3D {
    const product: Tensor3D = matMul(query, keys, false, true);
    return coverage ? add(product, coverageScore(query, coverage, this.weight_coverage!)) : product;
  }
}
