import { add, div, mul, sqrt, square, sub } from '@tensorflow/tfjs-core';
import { checkEach, kind } from '@unroll/backend/checks';
import { adagradStep } from '@unroll/backend/operations';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { UpdateMoment } from './update-moment.ts';
import type { InitialState, UpdatedTensors, UpdateTensors } from './update-rule.ts';
import { withWeightDecay } from './weight-decay.ts';

export interface AdagradOptions extends OptimizerOptions {
  /** At least 0. Default 0. */
  lrDecay: number;
  /** The initial value of the sum of squares, at least 0. Default 0. */
  initialAccumulatorValue: number;
  /** Added to the root, outside it. Default 1e-10. */
  eps: number;
}

/**
 * Adagrad (Duchi, Hazan and Singer, 2011), as `torch.optim.Adagrad`:
 * `g ← g + weightDecay·p`, `s ← s + g²`, `p ← p − lr/(1 + (t−1)·lrDecay) · g / (√s + eps)`.
 *
 * `lr` is 1e-2 by default.
 */
export class Adagrad extends Optimizer<AdagradOptions, 'sum'> {
  constructor(params: ParamsInit<AdagradOptions>, options: Given<AdagradOptions> = {}) {
    const defaults: AdagradOptions = {
      lr: 1e-2,
      lrDecay: 0,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      eps: 1e-10,
      maximize: false,
    };
    super(params, defaults, options);
  }

  protected override checkOptions({ lrDecay, initialAccumulatorValue, eps }: AdagradOptions): void {
    checkEach(this.name, { lrDecay, initialAccumulatorValue, eps }, kind.atLeast(0));
  }

  protected override initialState({ initialAccumulatorValue }: AdagradOptions): { sum: InitialState } {
    return { sum: initialAccumulatorValue };
  }

  protected override rule(
    tensors: UpdateTensors<'sum'>,
    now: UpdateMoment<AdagradOptions>,
  ): UpdatedTensors<'sum'> {
    const { param, grad: g } = withWeightDecay(tensors, now);
    const total = add(tensors.sum!, square(g));
    const lr = now.scalar(({ options, step }) => options.lr / (1 + (step - 1) * options.lrDecay));
    const eps = now.scalar(({ options }) => options.eps);
    return { param: sub(param, mul(div(g, add(sqrt(total), eps)), lr)), sum: total };
  }

  protected override fusedRule(
    { param, grad, sum }: UpdateTensors<'sum'>,
    now: UpdateMoment<AdagradOptions>,
  ): UpdatedTensors<'sum'> {
    const attrs = now.attrs(({ options, step }) => {
      const { lr, lrDecay, eps, weightDecay, maximize } = options;
      return { lr: lr / (1 + (step - 1) * lrDecay), eps, weightDecay, maximize };
    });
    return adagradStep({ param, grad, sum: sum! }, attrs);
  }
}
