import { add, clone, mul, sub } from '@tensorflow/tfjs-core';
import { checkEach, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { sgdStep } from '@unroll/backend/operations';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { UpdateMoment } from './update-moment.ts';
import type { InitialState, UpdatedTensors, UpdateTensors } from './update-rule.ts';
import { withWeightDecay } from './weight-decay.ts';

export interface SGDOptions extends OptimizerOptions {
  /** μ, at least 0. Default 0. */
  momentum: number;
  /** τ. Default 0. */
  dampening: number;
  /** Default false; needs momentum and no dampening. */
  nesterov: boolean;
}

/**
 * Stochastic gradient descent, as `torch.optim.SGD`:
 * `g ← g + weightDecay·p`, `b ← μ·b + (1−τ)·g` (the first `b` is `g`, undampened), `p ← p − lr·b`, or with Nesterov
 * `p ← p − lr·(g + μ·b)`.
 *
 * `lr` is 1e-3 by default.
 */
export class SGD extends Optimizer<SGDOptions, 'momentumBuffer'> {
  constructor(params: ParamsInit<SGDOptions>, options: Given<SGDOptions> = {}) {
    const defaults: SGDOptions = {
      lr: 1e-3,
      momentum: 0,
      dampening: 0,
      weightDecay: 0,
      nesterov: false,
      maximize: false,
    };
    super(params, defaults, options);
  }

  protected override checkOptions({ momentum, dampening, nesterov }: SGDOptions): void {
    checkEach(this.name, { momentum }, kind.atLeast(0));
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw new ArgumentError(
        this.name,
        'nesterov',
        `is set with momentum ${momentum} and dampening ${dampening}; ` +
          'expected a momentum above 0 and a dampening of 0',
      );
    }
  }

  protected override stateNames(): readonly ['momentumBuffer'] {
    return ['momentumBuffer'];
  }

  protected override initialState({ momentum }: SGDOptions): { momentumBuffer?: InitialState } {
    return momentum === 0 ? {} : { momentumBuffer: 'first update' };
  }

  protected override rule(
    tensors: UpdateTensors<'momentumBuffer'>,
    now: UpdateMoment<SGDOptions>,
  ): UpdatedTensors<'momentumBuffer'> {
    const { param, grad: g } = withWeightDecay(tensors, now);
    const { momentumBuffer } = tensors;
    const lr = now.scalar(({ options }) => options.lr);
    if (now.decision(({ options }) => options.momentum === 0)) return { param: sub(param, mul(g, lr)) };
    const momentum = now.scalar(({ options }) => options.momentum);
    const undampened = now.scalar(({ options }) => 1 - options.dampening);
    // The first buffer is the gradient. It is a clone, because the caller owns the gradient.
    const buffer = momentumBuffer ? add(mul(momentumBuffer, momentum), mul(g, undampened)) : clone(g);
    const isNesterov = now.decision(({ options }) => options.nesterov);
    const direction = isNesterov ? add(g, mul(buffer, momentum)) : buffer;
    return { param: sub(param, mul(direction, lr)), momentumBuffer: buffer };
  }

  protected override fusedRule(
    tensors: UpdateTensors<'momentumBuffer'>,
    now: UpdateMoment<SGDOptions>,
  ): UpdatedTensors<'momentumBuffer'> {
    const attrs = now.attrs(({ options }) => {
      const { lr, momentum, dampening, weightDecay, nesterov, maximize } = options;
      return { lr, momentum, dampening, weightDecay, nesterov, maximize };
    });
    return sgdStep(tensors, attrs);
  }
}
