import {
  abs,
  add,
  broadcast_util,
  mul,
  neg,
  relu,
  reshape,
  sigmoid,
  softplus,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { checkEach, checkOptions, kind, sameShape, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { differentiable } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import { checkBroadcast } from './check-broadcast.ts';
import { type ReductionOptions, reduce, reductionKinds } from './reduction.ts';

export interface BinaryCrossEntropyOptions extends ReductionOptions {
  /** A factor for each element; broadcasts to the input's shape */
  weight?: Tensor | undefined;
  /** A factor for the positive part of each element; broadcasts to the input's shape */
  posWeight?: Tensor | undefined;
}

const kinds = { ...reductionKinds, weight: kind.tensor, posWeight: kind.tensor };

const operation = 'binaryCrossEntropyWithLogits';

/**
 * Binary cross-entropy of `σ(input)`, as `torch.nn.functional.binary_cross_entropy_with_logits`, finite for any finite score:
 *
 * `loss = −w·[p·y·log σ(x) + (1−y)·log(1−σ(x))]`
 *
 * Losses and gradients near 0 keep all their digits.
 *
 * @param input scores `x`, any shape
 * @param target `y` in [0, 1], of the input's shape
 * @throws where target and input have different shapes, or a weight does not broadcast to them
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyOptions = {},
): Tensor {
  const { weight, posWeight, reduction = 'mean' } = checkOptions(operation, options, kinds);
  checkEach(operation, { input, target }, kind.required(kind.tensor));
  if (!sameShape(target.shape, input.shape)) {
    throw new ArgumentError(
      operation,
      'target',
      `has shape ${shapeText(target.shape)}; expected the input's, ${shapeText(input.shape)}`,
    );
  }
  if (weight) checkBroadcast(operation, 'weight', weight, input);
  if (posWeight) checkBroadcast(operation, 'posWeight', posWeight, input);
  return tidy(() => {
    const loss = elements(input, target, posWeight);
    return reduce(weight ? mul(loss, weight) : loss, reduction);
  });
}

/**
 * `[(1−y)·x + l·max(−x, 0)] + l·log(1 + e^−|x|)` with `l = 1 + (p−1)·y`. Where a score is confident and right, the
 * bracket is 0 and the last term is the loss, with all digits. The gradient, `(1−y)·σ(x) − p·y·σ(−x)`, is written out
 * for the same reason.
 */
function elements(input: Tensor, target: Tensor, posWeight: Tensor | undefined): Tensor {
  const weighted = (x: Tensor, p: Tensor | undefined) => (p ? mul(x, p) : x);
  const [loss] = differentiable({
    inputs: { input, target, ...(posWeight && { posWeight }) },
    forward: (save) => {
      for (const tensor of [input, target, ...(posWeight ? [posWeight] : [])]) save(tensor);
      const factor = posWeight && add(mul(sub(posWeight, 1), target), 1);
      const sure = add(mul(sub(1, target), input), weighted(relu(neg(input)), factor));
      return [add(sure, weighted(softplus(neg(abs(input))), factor))];
    },
    backward: ([dy], [x, y, p]) => ({
      input: () => {
        const negative = mul(sub(1, y!), sigmoid(x!));
        return mul(dy!, sub(negative, weighted(mul(y!, sigmoid(neg(x!))), p)));
      },
      target: () => mul(dy!, sub(weighted(softplus(neg(x!)), p), softplus(x!))),
      posWeight: () => sumTo(p!.shape, mul(dy!, mul(y!, softplus(neg(x!))))),
    }),
  });
  return loss!;
}

/** Sums a broadcast tensor back to the shape that it was broadcast from. */
function sumTo(shape: number[], x: Tensor): Tensor {
  const axes = broadcast_util.getReductionAxes(shape, x.shape);
  return reshape(axes.length > 0 ? sum(x, axes) : x, shape);
}

/** `binaryCrossEntropyWithLogits` as a module that keeps its options, as `torch.nn.BCEWithLogitsLoss`. */
export class BCEWithLogitsLoss extends Module {
  readonly #options: BinaryCrossEntropyOptions;

  constructor(options: BinaryCrossEntropyOptions = {}) {
    super();
    this.#options = checkOptions('BCEWithLogitsLoss', options, kinds);
  }

  /** See `binaryCrossEntropyWithLogits`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(input, target, this.#options);
  }
}
