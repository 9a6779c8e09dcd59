import type { Tensor3D } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue } from '@unroll/backend/checks';
import { ProductAttention } from './product-attention.ts';
import { type AttentionOptions, attentionKinds } from './scored-attention.ts';

/**
 * `score(q, v) = q·v`, of queries and values with equally many features: Luong et al., "Effective approaches to attention-based neural
 * machine translation" (2015), equation 8. With coverage c, `q·(v + c·w)`, of one parameter, `weight_coverage [queryDim]`.
 */
export class DotAttention extends ProductAttention {
  /** @throws where `queryDim` and `memoryDim` differ */
  constructor(options: AttentionOptions) {
    const given = checkOptions('DotAttention', options, attentionKinds);
    checkValue('DotAttention', 'memoryDim', given.memoryDim, {
      expected: `queryDim, ${given.queryDim}; GeneralAttention takes others`,
      fits: () => given.memoryDim === given.queryDim,
    });
    super(given);
  }

  protected keysOf(values: Tensor3D): Tensor3D {
    return values.clone();
  }
}
