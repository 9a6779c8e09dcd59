import { checkEach, checkValue, kind } from '@unroll/backend/checks';
import { adamStep, liveAttrs } from '@unroll/backend/operations';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { InitialState, UpdatedTensors, UpdateState, UpdateTensors } from './update-rule.ts';

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
 * `p ← p − lr/(1−β1ᵗ) · m / (√v/√(1−β2ᵗ) + eps)`; AMSGrad has the maximum of all `v` so far, uncorrected, in the place of `v`.
 *
 * `lr` is 1e-3 by default.
 */
export class Adam extends Optimizer<AdamOptions, AdamState> {
  /** Whether the decay shrinks the parameter itself; `AdamW` says yes. */
  protected readonly decoupledWeightDecay: boolean = false;

  /** @param defaults those of a subclass that differ */
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

  protected override checkOptions({ lr, betas, eps, weightDecay }: AdamOptions): void {
    checkEach(this.name, { lr, eps, weightDecay }, kind.atLeast(0));
    checkValue(this.name, 'betas[0]', betas[0], kind.inside('[0, 1)'));
    checkValue(this.name, 'betas[1]', betas[1], kind.inside('[0, 1)'));
  }

  protected override stateNames(): readonly AdamState[] {
    return ['expAvg', 'expAvgSq', 'maxExpAvgSq'];
  }

  protected override initialState({ amsgrad }: AdamOptions): Partial<Record<AdamState, InitialState>> {
    return { expAvg: 0, expAvgSq: 0, ...(amsgrad && { maxExpAvgSq: 0 }) };
  }

  protected override update(
    { param, grad, expAvg, expAvgSq, maxExpAvgSq }: UpdateTensors<AdamState>,
    now: () => UpdateState<AdamOptions>,
  ): UpdatedTensors<AdamState> {
    const { decoupledWeightDecay } = this;
    const attrs = liveAttrs(() => {
      const { lr, betas, eps, weightDecay, maximize } = now().options;
      const [beta1, beta2] = betas;
      return { lr, beta1, beta2, eps, weightDecay, decoupledWeightDecay, step: now().step, maximize };
    });
    return adamStep({ param, grad, expAvg: expAvg!, expAvgSq: expAvgSq!, maxExpAvgSq }, attrs);
  }
}
