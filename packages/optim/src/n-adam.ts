import { add, div, mul, type Scalar, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { checkEach, kind } from '@unroll/backend/checks';
import { checkBetas } from './betas.ts';
import { movingAverage } from './moving-average.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { UpdateMoment } from './update-moment.ts';
import type { InitialState, UpdatedTensors, UpdateState, UpdateTensors } from './update-rule.ts';
import { withWeightDecay } from './weight-decay.ts';

export interface NAdamOptions extends OptimizerOptions {
  /** Decay of the averages of the gradient and of its square, each in [0, 1). Default [0.9, 0.999]. */
  betas: readonly [number, number];
  /** Added to the root, outside it, after the bias correction. Default 1e-8. */
  eps: number;
  /** ψ, the speed at which the momentum grows towards `β1`, at least 0. Default 4e-3. */
  momentumDecay: number;
  /** Whether the decay shrinks the parameter itself, as in AdamW. Default false. */
  decoupledWeightDecay: boolean;
}

type NAdamState = 'muProduct' | 'expAvg' | 'expAvgSq';

/**
 * Adam with Nesterov momentum (Dozat, 2016), as `torch.optim.NAdam`. With `μ_t = β1·(1 − ½·0.96^(t·ψ))` and `Πμ` the product of all
 * `μ` so far: `g ← g + weightDecay·p`, `m ← β1·m + (1−β1)·g`, `v ← β2·v + (1−β2)·g²`,
 * `p ← p − lr · (μ_{t+1}·m / (1−Πμ·μ_{t+1}) + (1−μ_t)·g / (1−Πμ)) / (√(v/(1−β2ᵗ)) + eps)`.
 *
 * `lr` is 2e-3 by default.
 *
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html
 */
export class NAdam extends Optimizer<NAdamOptions, NAdamState> {
  constructor(params: ParamsInit<NAdamOptions>, options: Given<NAdamOptions> = {}) {
    const defaults: NAdamOptions = {
      lr: 2e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      momentumDecay: 4e-3,
      decoupledWeightDecay: false,
      maximize: false,
    };
    super(params, defaults, options);
  }

  protected override checkOptions({ betas, eps, momentumDecay }: NAdamOptions): void {
    checkEach(this.name, { eps, momentumDecay }, kind.atLeast(0));
    checkBetas(this.name, betas);
  }

  protected override initialState(): Record<NAdamState, InitialState> {
    return { muProduct: { scalar: 1 }, expAvg: 0, expAvgSq: 0 };
  }

  protected override rule(
    tensors: UpdateTensors<NAdamState>,
    now: UpdateMoment<NAdamOptions>,
  ): UpdatedTensors<NAdamState> {
    const isDecoupled = now.decision(({ options }) => options.decoupledWeightDecay);
    const { param, grad: g } = withWeightDecay(tensors, now, isDecoupled);
    const m = movingAverage(tensors.expAvg!, g, now, ({ betas }) => betas[0]);
    const v = movingAverage(tensors.expAvgSq!, square(g), now, ({ betas }) => betas[1]);
    const correction = now.scalar(({ options, step }) => 1 - options.betas[1] ** step);
    const eps = now.scalar(({ options }) => options.eps);
    const denominator = add(sqrt(div(v, correction)), eps);

    const muProduct = mul(tensors.muProduct!, now.scalar(momentum)) as Scalar;
    const next = now.scalar((state) => momentum({ ...state, step: state.step + 1 }));
    const ofGradient = now.scalar((state) => state.options.lr * (1 - momentum(state)));
    const ofAverage = mul(
      next,
      now.scalar(({ options }) => options.lr),
    );
    const byGradient = mul(g, div(ofGradient, sub(1, muProduct)));
    const byAverage = mul(m, div(ofAverage, sub(1, mul(muProduct, next))));
    const update = div(add(byGradient, byAverage), denominator);
    return { param: sub(param, update), muProduct, expAvg: m, expAvgSq: v };
  }
}

/** `β1·(1 − ½·0.96^(t·ψ))` */
const momentum = ({ options: { betas, momentumDecay }, step }: UpdateState<NAdamOptions>): number =>
  betas[0] * (1 - 0.5 * 0.96 ** (step * momentumDecay));
