import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { checkEach, checkValue, kind } from '@unroll/backend/checks';
import { movingAverage } from './moving-average.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { UpdateMoment } from './update-moment.ts';
import type { UpdatedTensors, UpdateTensors } from './update-rule.ts';
import { withWeightDecay } from './weight-decay.ts';

export interface AdadeltaOptions extends OptimizerOptions {
  /** ρ, the decay of both averages of squares, in [0, 1]. Default 0.9. */
  rho: number;
  /** Added inside both roots. Default 1e-6. */
  eps: number;
}

type AdadeltaState = 'squareAvg' | 'accDelta';

/**
 * Adadelta (Zeiler, 2012), as `torch.optim.Adadelta`: `g ← g + weightDecay·p`, `v ← ρ·v + (1−ρ)·g²`,
 * `Δ = √(u + eps) / √(v + eps) · g`, `u ← ρ·u + (1−ρ)·Δ²`, `p ← p − lr·Δ`.
 *
 * `lr` is 1 by default.
 *
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Adadelta.html
 */
export class Adadelta extends Optimizer<AdadeltaOptions, AdadeltaState> {
  constructor(params: ParamsInit<AdadeltaOptions>, options: Given<AdadeltaOptions> = {}) {
    super(params, { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false }, options);
  }

  protected override checkOptions({ rho, eps }: AdadeltaOptions): void {
    checkEach(this.name, { eps }, kind.atLeast(0));
    checkValue(this.name, 'rho', rho, kind.inside('[0, 1]'));
  }

  protected override initialState(): Record<AdadeltaState, number> {
    return { squareAvg: 0, accDelta: 0 };
  }

  protected override rule(
    tensors: UpdateTensors<AdadeltaState>,
    now: UpdateMoment<AdadeltaOptions>,
  ): UpdatedTensors<AdadeltaState> {
    const { param, grad: g } = withWeightDecay(tensors, now);
    const { squareAvg, accDelta } = tensors;
    const eps = now.scalar(({ options }) => options.eps);
    const lr = now.scalar(({ options }) => options.lr);
    const v = movingAverage(squareAvg!, square(g), now, ({ rho }) => rho);
    const delta = mul(div(sqrt(add(accDelta!, eps)), sqrt(add(v, eps))), g);
    const u = movingAverage(accDelta!, square(delta), now, ({ rho }) => rho);
    return { param: sub(param, mul(delta, lr)), squareAvg: v, accDelta: u };
  }
}
