import { add, mul, neg, softplus, sub, type Tensor, tidy, util } from '@tensorflow/tfjs-core';
import { Module } from '../module.ts';
import { shapeText } from '../shape-text.ts';
import { checkBroadcast } from './check-broadcast.ts';
import { checkReduction, type ReductionOptions, reduce } from './reduction.ts';

export interface BinaryCrossEntropyOptions extends ReductionOptions {
  /** A factor for each element; broadcasts to the input's shape */
  weight?: Tensor | undefined;
  /** A factor for the positive part of each element; broadcasts to the input's shape */
  posWeight?: Tensor | undefined;
}

const operation = 'binaryCrossEntropyWithLogits';

/**
 * Binary cross-entropy of `σ(input)`, as `torch.nn.functional.binary_cross_entropy_with_logits`, finite for any finite score:
 *
 * `loss = −w·[p·y·log σ(x) + (1−y)·log(1−σ(x))] = w·[p·y·log(1 + e⁻ˣ) + (1−y)·log(1 + eˣ)]`
 *
 * Both terms are small where the score is sure and right, so that nothing cancels: losses near 0 keep all their digits.
 *
 * @param input scores `x`, any shape
 * @param target `y` in [0, 1], of the input's shape
 * @throws where target and input have different shapes, or a weight does not broadcast to them
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  { weight, posWeight, reduction = 'mean' }: BinaryCrossEntropyOptions = {},
): Tensor {
  checkReduction(operation, reduction);
  if (!util.arraysEqual(target.shape, input.shape)) {
    throw new Error(
      `${operation}: target has shape ${shapeText(target.shape)}; expected the input's, ${shapeText(input.shape)}`,
    );
  }
  if (weight) checkBroadcast(operation, 'weight', weight, input);
  if (posWeight) checkBroadcast(operation, 'posWeight', posWeight, input);
  return tidy(() => {
    const positive = mul(target, softplus(neg(input))); // y·log(1 + e⁻ˣ)
    const negative = mul(sub(1, target), softplus(input)); // (1−y)·log(1 + eˣ)
    const loss = add(posWeight ? mul(posWeight, positive) : positive, negative);
    return reduce(weight ? mul(loss, weight) : loss, reduction);
  });
}

/** `binaryCrossEntropyWithLogits` with its options given beforehand, as `torch.nn.BCEWithLogitsLoss`. */
export class BCEWithLogitsLoss extends Module {
  readonly #options: BinaryCrossEntropyOptions;

  constructor(options: BinaryCrossEntropyOptions = {}) {
    super();
    checkReduction('BCEWithLogitsLoss', options.reduction ?? 'mean');
    this.#options = { ...options };
  }

  /** See `binaryCrossEntropyWithLogits`. */
  forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropyWithLogits(input, target, this.#options);
  }
}
