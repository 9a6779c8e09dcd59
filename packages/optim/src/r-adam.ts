import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { checkEach, kind } from '@unroll/backend/checks';
import { checkBetas } from './betas.ts';
import { movingAverage } from './moving-average.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { UpdateMoment } from './update-moment.ts';
import type { UpdatedTensors, UpdateState, UpdateTensors } from './update-rule.ts';
import { withWeightDecay } from './weight-decay.ts';

export interface RAdamOptions extends OptimizerOptions {
  /** Decay of the averages of the gradient and of its square, each in [0, 1). Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root, outside it. Default 1e-8. */
  eps: number;
  /** Whether the decay shrinks the parameter itself, as in AdamW. Default false. */
  decoupledWeightDecay: boolean;
}

type RAdamState = 'expAvg' | 'expAvgSq';

/**
 * Rectified Adam (Liu et al., 2020), as `torch.optim.RAdam`: `g ← g + weightDecay·p`, `m ← β1·m + (1−β1)·g`,
 * `v ← β2·v + (1−β2)·g²`. With `ρ∞ = 2/(1−β2) − 1` and `ρ = ρ∞ − 2t·β2ᵗ/(1−β2ᵗ)`: where `ρ > 5`,
 * `p ← p − lr·r · m/(1−β1ᵗ) · √(1−β2ᵗ) / (√v + eps)`, `r = √((ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ))`; until then
 * `p ← p − lr · m/(1−β1ᵗ)`.
 *
 * `lr` is 1e-3 by default.
 *
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.RAdam.html
 */
export class RAdam extends Optimizer<RAdamOptions, RAdamState> {
  constructor(params: ParamsInit<RAdamOptions>, options: Given<RAdamOptions> = {}) {
    const defaults: RAdamOptions = {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      decoupledWeightDecay: false,
      maximize: false,
    };
    super(params, defaults, options);
  }

  protected override checkOptions({ betas, eps }: RAdamOptions): void {
    checkEach(this.name, { eps }, kind.atLeast(0));
    checkBetas(this.name, betas);
  }

  protected override initialState(): Record<RAdamState, number> {
    return { expAvg: 0, expAvgSq: 0 };
  }

  protected override rule(
    tensors: UpdateTensors<RAdamState>,
    now: UpdateMoment<RAdamOptions>,
  ): UpdatedTensors<RAdamState> {
    const isDecoupled = now.decision(({ options }) => options.decoupledWeightDecay);
    const { param, grad: g } = withWeightDecay(tensors, now, isDecoupled);
    const m = movingAverage(tensors.expAvg!, g, now, ({ betas }) => betas[0]);
    const v = movingAverage(tensors.expAvgSq!, square(g), now, ({ betas }) => betas[1]);
    const isRectified = now.decision((state) => lengthOf(state) > 5);
    const stepSize = now.scalar(({ options, step }) => options.lr / (1 - options.betas[0] ** step));
    const step = mul(m, stepSize);
    if (!isRectified) return { param: sub(param, step), expAvg: m, expAvgSq: v };
    const eps = now.scalar(({ options }) => options.eps);
    const update = div(mul(step, now.scalar(rectified)), add(sqrt(v), eps));
    return { param: sub(param, update), expAvg: m, expAvgSq: v };
  }
}

const longest = ({ options: { betas } }: UpdateState<RAdamOptions>): number => 2 / (1 - betas[1]) - 1;

/** ρ, the length of the simple moving average that `v` approximates */
function lengthOf(state: UpdateState<RAdamOptions>): number {
  const { options, step } = state;
  const decay = options.betas[1] ** step;
  return longest(state) - (2 * step * decay) / (1 - decay);
}

/** `r·√(1−β2ᵗ)` */
function rectified(state: UpdateState<RAdamOptions>): number {
  const { options, step } = state;
  const [most, length] = [longest(state), lengthOf(state)];
  const r = Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length));
  return r * Math.sqrt(1 - options.betas[1] ** step);
}
