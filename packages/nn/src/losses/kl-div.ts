import {
  add,
  div,
  equal,
  exp,
  log,
  mul,
  sub,
  sum,
  type Tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, kind } from '@unroll/backend/checks';
import { differentiable } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import { checkTargetShape } from './check-broadcast.ts';
import { type Reduction, reduce } from './reduction.ts';

export interface KLDivLossOptions {
  /** `batchmean` divides the sum by the size of the first axis, which gives the divergence itself. Default 'mean'. */
  reduction?: Reduction | 'batchmean' | undefined;
  /** Whether the target is log-probabilities too. Default false. */
  logTarget?: boolean | undefined;
}

const kinds = { reduction: kind.choice('none', 'mean', 'sum', 'batchmean'), logTarget: kind.flag };

/**
 * The Kullback–Leibler divergence of a target `y` from log-probabilities `x`, as `torch.nn.functional.kl_div`:
 * `y·(log y − x)`, or `e^y·(y − x)` for a `logTarget`. `reduction: 'mean'` divides by the number of elements, as in
 * PyTorch.
 *
 * @param input log-probabilities, any shape
 * @param target probabilities, or log-probabilities for `logTarget`, of the input's shape; for another shape that
 *   broadcasts there is a warning
 */
export function klDiv(input: Tensor, target: Tensor, options: KLDivLossOptions = {}): Tensor {
  const { reduction = 'mean', logTarget = false } = checkOptions('klDiv', options, kinds);
  checkDtype('klDiv', 'input', input, 'float32');
  checkDtype('klDiv', 'target', target, 'float32');
  checkTargetShape('klDiv', input, target);
  return tidy(() => {
    const loss = logTarget
      ? mul(exp(target), sub(target, input))
      : sub(timesItsLog(target), mul(target, input));
    return reduction === 'batchmean' ? div(sum(loss), input.shape[0] ?? 1) : reduce(loss, reduction);
  });
}

/** `y·log y`, 0 at 0. */
function timesItsLog(target: Tensor): Tensor {
  const [product] = differentiable({
    inputs: { target },
    forward: (save) => {
      save(target);
      return [where(equal(target, 0), zerosLike(target), mul(target, log(target)))];
    },
    backward: ([dy], [y]) => ({ target: () => mul(dy!, add(log(y!), 1)) }),
  });
  return product!;
}

/**
 * `klDiv` as a module that keeps its options, as `torch.nn.KLDivLoss`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html
 */
export class KLDivLoss extends Module {
  readonly #options: KLDivLossOptions;

  constructor(options: KLDivLossOptions = {}) {
    super();
    this.#options = checkOptions('KLDivLoss', options, kinds);
  }

  /** See `klDiv`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, this.#options);
  }
}
