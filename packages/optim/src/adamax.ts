import { abs, add, div, maximum, mul, sub } from '@tensorflow/tfjs-core';
import { checkEach, kind } from '@unroll/backend/checks';
import { checkBetas } from './betas.ts';
import { movingAverage } from './moving-average.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { UpdateMoment } from './update-moment.ts';
import type { UpdatedTensors, UpdateTensors } from './update-rule.ts';
import { withWeightDecay } from './weight-decay.ts';

export interface AdamaxOptions extends OptimizerOptions {
  /** Decay of the average of the gradient and of the norm, each in [0, 1). Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the gradient's magnitude. Default 1e-8. */
  eps: number;
}

type AdamaxState = 'expAvg' | 'expInf';

/**
 * Adam with the infinity norm (Kingma and Ba, 2015), as `torch.optim.Adamax`: `g ← g + weightDecay·p`,
 * `m ← β1·m + (1−β1)·g`, `u ← max(β2·u, |g| + eps)`, `p ← p − lr/(1−β1ᵗ) · m / u`.
 *
 * `lr` is 2e-3 by default.
 *
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.Adamax.html
 */
export class Adamax extends Optimizer<AdamaxOptions, AdamaxState> {
  constructor(params: ParamsInit<AdamaxOptions>, options: Given<AdamaxOptions> = {}) {
    const defaults: AdamaxOptions = {
      lr: 2e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      maximize: false,
    };
    super(params, defaults, options);
  }

  protected override checkOptions({ betas, eps }: AdamaxOptions): void {
    checkEach(this.name, { eps }, kind.atLeast(0));
    checkBetas(this.name, betas);
  }

  protected override initialState(): Record<AdamaxState, number> {
    return { expAvg: 0, expInf: 0 };
  }

  protected override rule(
    tensors: UpdateTensors<AdamaxState>,
    now: UpdateMoment<AdamaxOptions>,
  ): UpdatedTensors<AdamaxState> {
    const { param, grad: g } = withWeightDecay(tensors, now);
    const { expAvg, expInf } = tensors;
    const beta2 = now.scalar(({ options }) => options.betas[1]);
    const eps = now.scalar(({ options }) => options.eps);
    const stepSize = now.scalar(({ options, step }) => options.lr / (1 - options.betas[0] ** step));
    const m = movingAverage(expAvg!, g, now, ({ betas }) => betas[0]);
    const u = maximum(mul(expInf!, beta2), add(abs(g), eps));
    return { param: sub(param, mul(div(m, u), stepSize)), expAvg: m, expInf: u };
  }
}
