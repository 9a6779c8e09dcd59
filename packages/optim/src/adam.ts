import { add, div, maximum, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { checkEach, kind } from '@unroll/backend/checks';
import { adamStep } from '@unroll/backend/operations';
import { checkBetas } from './betas.ts';
import { movingAverage } from './moving-average.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { UpdateMoment } from './update-moment.ts';
import type { InitialState, UpdatedTensors, UpdateTensors } from './update-rule.ts';
import { withWeightDecay } from './weight-decay.ts';

export interface AdamOptions extends OptimizerOptions {
  /** Decay of the averages of the gradient and of its square, each in [0, 1). Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root, outside it, after the bias correction. Default 1e-8. */
  eps: number;
  /** Divide by the largest average of squares so far. Default false. */
  amsgrad: boolean;
}

type AdamState = 'expAvg' | 'expAvgSq' | 'maxExpAvgSq';

/**
 * Adam (Kingma and Ba, 2015), as `torch.optim.Adam`, with `weightDecay` as an L2 penalty:
 * `g ← g + weightDecay·p`, `m ← β1·m + (1−β1)·g`, `v ← β2·v + (1−β2)·g²`,
 * `p ← p − lr/(1−β1ᵗ) · m / (√v/√(1−β2ᵗ) + eps)`; AMSGrad replaces `v` by the largest uncorrected `v` so far.
 *
 * `lr` is 1e-3 by default.
 */
export class Adam extends Optimizer<AdamOptions, AdamState> {
  /** Whether weight decay shrinks the parameter itself, as in `AdamW`. */
  protected readonly decoupledWeightDecay: boolean = false;

  /** @param defaults the defaults that a subclass changes */
  constructor(
    params: ParamsInit<AdamOptions>,
    options: Given<AdamOptions> = {},
    defaults: Partial<AdamOptions> = {},
  ) {
    const own: AdamOptions = {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      amsgrad: false,
      maximize: false,
    };
    super(params, { ...own, ...defaults }, options);
  }

  protected override checkOptions({ betas, eps }: AdamOptions): void {
    checkEach(this.name, { eps }, kind.atLeast(0));
    checkBetas(this.name, betas);
  }

  protected override stateNames(): readonly AdamState[] {
    return ['expAvg', 'expAvgSq', 'maxExpAvgSq'];
  }

  protected override initialState({ amsgrad }: AdamOptions): Partial<Record<AdamState, InitialState>> {
    return { expAvg: 0, expAvgSq: 0, ...(amsgrad && { maxExpAvgSq: 0 }) };
  }

  protected override rule(
    tensors: UpdateTensors<AdamState>,
    now: UpdateMoment<AdamOptions>,
  ): UpdatedTensors<AdamState> {
    const { param, grad: g } = withWeightDecay(tensors, now, this.decoupledWeightDecay);
    const { expAvg, expAvgSq, maxExpAvgSq } = tensors;
    const m = movingAverage(expAvg!, g, now, ({ betas }) => betas[0]);
    const v = movingAverage(expAvgSq!, square(g), now, ({ betas }) => betas[1]);
    // AMSGrad compares the averages before their bias is corrected.
    const vMax = maxExpAvgSq && maximum(maxExpAvgSq, v);
    const correction = now.scalar(({ options, step }) => Math.sqrt(1 - options.betas[1] ** step));
    const denominator = add(
      div(sqrt(vMax ?? v), correction),
      now.scalar(({ options }) => options.eps),
    );
    const stepSize = now.scalar(({ options, step }) => options.lr / (1 - options.betas[0] ** step));
    const next = sub(param, mul(div(m, denominator), stepSize));
    return { param: next, expAvg: m, expAvgSq: v, maxExpAvgSq: vMax };
  }

  protected override fusedRule(
    { param, grad, expAvg, expAvgSq, maxExpAvgSq }: UpdateTensors<AdamState>,
    now: UpdateMoment<AdamOptions>,
  ): UpdatedTensors<AdamState> {
    const { decoupledWeightDecay } = this;
    const attrs = now.attrs(({ options, step }) => {
      const { lr, betas, eps, weightDecay, maximize } = options;
      const [beta1, beta2] = betas;
      return { lr, beta1, beta2, eps, weightDecay, decoupledWeightDecay, step, maximize };
    });
    return adamStep({ param, grad, expAvg: expAvg!, expAvgSq: expAvgSq!, maxExpAvgSq }, attrs);
  }
}
