import type { Tensor3D } from '@tensorflow/tfjs-core';
import { checkOptions } from '@unroll/backend/checks';
import { Linear } from '@unroll/nn';
import { ProductAttention } from './product-attention.ts';
import { type AttentionOptions, attentionKinds } from './scored-attention.ts';

/**
 * `score(q, v) = q·(W v)`: Luong et al. (2015), equation 8. The keys `W v` are computed once per source. With coverage
 * c the score is `q·(W v + c·w)`. State dict keys: `key.weight [queryDim, memoryDim]`, `weight_coverage [queryDim]`.
 */
export class GeneralAttention extends ProductAttention {
  readonly key: Linear;

  constructor(options: AttentionOptions) {
    const given = checkOptions('GeneralAttention', options, attentionKinds);
    super(given);
    const { queryDim, memoryDim } = given;
    this.key = new Linear({ inFeatures: memoryDim, outFeatures: queryDim, bias: false });
  }

  protected keysOf(values: Tensor3D): Tensor3D {
    return this.key.forward(values);
  }
}
