import type { Tensor3D } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue } from '@unroll/backend/checks';
import { ProductAttention } from './product-attention.ts';
import { type AttentionOptions, attentionKinds } from './scored-attention.ts';

/**
 * `score(q, v) = q·v`, for queries and values of equal size: Luong et al., "Effective approaches to attention-based
 * neural machine translation" (2015), equation 8. With coverage c the score is `q·(v + c·w)`, with one parameter,
 * `weight_coverage [queryDim]`.
 */
export class DotAttention extends ProductAttention {
  /** @throws when `queryDim` and `memoryDim` differ */
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
