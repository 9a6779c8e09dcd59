import { div, log, log1p, maximum, mul, neg, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkDtype, checkExactShape, checkOptions, kind } from '@unroll/backend/checks';
import { differentiable } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import { checkBroadcast } from './check-broadcast.ts';
import { type ReductionOptions, reduce, reductionKinds } from './reduction.ts';

export interface BCELossOptions extends ReductionOptions {
  /** A factor for each element; broadcasts to the input's shape */
  weight?: Tensor | undefined;
}

const kinds = { ...reductionKinds, weight: kind.tensor };

const operation = 'binaryCrossEntropy';

/**
 * Binary cross-entropy of probabilities, as `torch.nn.functional.binary_cross_entropy`. Logarithms are limited to at
 * least −100:
 *
 * `loss = −w·[y·log x + (1−y)·log(1−x)]`
 *
 * `binaryCrossEntropyWithLogits` on scores is more exact than this function on their sigmoid.
 *
 * @param input probabilities `x` in [0, 1], any shape; the loss of a number outside is NaN
 * @param target `y` in [0, 1], of the input's shape
 * @throws where target and input have different shapes, or the weight does not broadcast to them
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BCELossOptions = {}): Tensor {
  const { weight, reduction = 'mean' } = checkOptions(operation, options, kinds);
  checkDtype(operation, 'input', input, 'float32');
  checkDtype(operation, 'target', target, 'float32');
  checkExactShape(operation, 'target', target, input.shape, ', the input’s');
  if (weight) checkBroadcast(operation, 'weight', weight, input);
  return tidy(() => {
    const loss = elements(input, target);
    return reduce(weight ? mul(loss, weight) : loss, reduction);
  });
}

/** The gradient is `(x − y) / (x·(1 − x))`. Its divisor is at least 10⁻¹². */
function elements(input: Tensor, target: Tensor): Tensor {
  const [loss] = differentiable({
    inputs: { input, target },
    forward: (save) => {
      save(input);
      save(target);
      const positive = mul(target, maximum(log(input), LEAST_LOG));
      return [sub(mul(sub(target, 1), maximum(log1p(neg(input)), LEAST_LOG)), positive)];
    },
    backward: ([dy], [x, y]) => ({
      input: () => mul(dy!, div(sub(x!, y!), maximum(mul(x!, sub(1, x!)), LEAST_DIVISOR))),
      target: () => mul(dy!, sub(log1p(neg(x!)), log(x!))),
    }),
  });
  return loss!;
}

const LEAST_LOG = -100;
const LEAST_DIVISOR = 1e-12;

/**
 * `binaryCrossEntropy` as a module that keeps its options, as `torch.nn.BCELoss`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BCELoss.html
 */
export class BCELoss extends Module {
  readonly #options: BCELossOptions;

  constructor(options: BCELossOptions = {}) {
    super();
    this.#options = checkOptions('BCELoss', options, kinds);
  }

  /** See `binaryCrossEntropy`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, this.#options);
  }
}
