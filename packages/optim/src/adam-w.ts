import { Adam, type AdamOptions } from './adam.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as `torch.optim.AdamW`: first
 * `p ← p·(1 − lr·weightDecay)`, then Adam's step without a penalty.
 *
 * `lr` is 1e-3 and `weightDecay` 0.01 by default.
 */
export class AdamW extends Adam {
  protected override readonly decoupledWeightDecay = true;

  constructor(params: ParamsInit<AdamOptions>, options: Given<AdamOptions> = {}) {
    super(params, options, { weightDecay: 1e-2 });
  }
}
