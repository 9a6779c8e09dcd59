import { checkEach, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { liveAttrs, sgdStep } from '@unroll/backend/operations';
import { Optimizer, type OptimizerOptions } from './optimizer.ts';
import type { Given, ParamsInit } from './parameter-groups.ts';
import type { InitialState, UpdatedTensors, UpdateState, UpdateTensors } from './update-rule.ts';

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

  protected override checkOptions({ lr, momentum, dampening, weightDecay, nesterov }: SGDOptions): void {
    checkEach(this.name, { lr, momentum, weightDecay }, kind.atLeast(0));
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

  protected override update(
    tensors: UpdateTensors<'momentumBuffer'>,
    now: () => UpdateState<SGDOptions>,
  ): UpdatedTensors<'momentumBuffer'> {
    const attrs = liveAttrs(() => {
      const { lr, momentum, dampening, weightDecay, nesterov, maximize } = now().options;
      return { lr, momentum, dampening, weightDecay, nesterov, maximize };
    });
    return sgdStep(tensors, attrs);
  }
}
