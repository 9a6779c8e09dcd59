import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { checkEach, kind } from '@unroll/backend/checks';
import { rmspropStep } from '@unroll/backend/operations';
import { movingAverage } from './moving-average.ts';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { UpdateMoment } from './update-moment.ts';
import type { InitialState, UpdatedTensors, UpdateTensors } from './update-rule.ts';
import { withWeightDecay } from './weight-decay.ts';

export interface RMSpropOptions extends OptimizerOptions {
  /** α, the decay of the average of squares, at least 0. Default 0.99. */
  alpha: number;
  /** Added to the root, outside it. Default 1e-8. */
  eps: number;
  /** μ, at least 0. Default 0. */
  momentum: number;
  /** Divide by an estimate of the standard deviation. Default false. */
  centered: boolean;
}

type RMSpropState = 'squareAvg' | 'momentumBuffer' | 'gradAvg';

/**
 * RMSprop (Tieleman and Hinton, 2012), as `torch.optim.RMSprop`:
 * `g ← g + weightDecay·p`, `v ← α·v + (1−α)·g²`, `p ← p − lr · g / (√v + eps)`; centered, `√(v − ḡ²)` with
 * `ḡ ← α·ḡ + (1−α)·g`; with momentum, `b ← μ·b + g / (√v + eps)` and `p ← p − lr·b`.
 *
 * `lr` is 1e-2 by default.
 */
export class RMSprop extends Optimizer<RMSpropOptions, RMSpropState> {
  constructor(params: ParamsInit<RMSpropOptions>, options: Given<RMSpropOptions> = {}) {
    const defaults: RMSpropOptions = {
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      maximize: false,
    };
    super(params, defaults, options);
  }

  protected override checkOptions({ eps, momentum, alpha }: RMSpropOptions): void {
    checkEach(this.name, { eps, momentum, alpha }, kind.atLeast(0));
  }

  protected override stateNames(): readonly RMSpropState[] {
    return ['squareAvg', 'momentumBuffer', 'gradAvg'];
  }

  protected override initialState({
    momentum,
    centered,
  }: RMSpropOptions): Partial<Record<RMSpropState, InitialState>> {
    return { squareAvg: 0, ...(momentum > 0 && { momentumBuffer: 0 }), ...(centered && { gradAvg: 0 }) };
  }

  protected override rule(
    tensors: UpdateTensors<RMSpropState>,
    now: UpdateMoment<RMSpropOptions>,
  ): UpdatedTensors<RMSpropState> {
    const { param, grad: g } = withWeightDecay(tensors, now);
    const { squareAvg, momentumBuffer, gradAvg } = tensors;
    const v = movingAverage(squareAvg!, square(g), now, ({ alpha }) => alpha);
    const mean = gradAvg && movingAverage(gradAvg, g, now, ({ alpha }) => alpha);
    const root = sqrt(mean ? sub(v, square(mean)) : v);
    const scaled = div(
      g,
      add(
        root,
        now.scalar(({ options }) => options.eps),
      ),
    );
    const momentum = momentumBuffer && now.scalar(({ options }) => options.momentum);
    const buffer = momentum && add(mul(momentumBuffer, momentum), scaled);
    const next = sub(
      param,
      mul(
        buffer ?? scaled,
        now.scalar(({ options }) => options.lr),
      ),
    );
    return { param: next, squareAvg: v, momentumBuffer: buffer, gradAvg: mean };
  }

  protected override fusedRule(
    { param, grad, squareAvg, momentumBuffer, gradAvg }: UpdateTensors<RMSpropState>,
    now: UpdateMoment<RMSpropOptions>,
  ): UpdatedTensors<RMSpropState> {
    const attrs = now.attrs(({ options }) => {
      const { lr, alpha, eps, weightDecay, momentum, maximize } = options;
      return { lr, alpha, eps, weightDecay, momentum, maximize };
    });
    return rmspropStep({ param, grad, squareAvg: squareAvg!, momentumBuffer, gradAvg }, attrs);
  }
}
