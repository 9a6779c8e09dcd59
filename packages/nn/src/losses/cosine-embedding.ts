import {
  add,
  div,
  equal,
  maximum,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import {
  checkDtype,
  checkExactShape,
  checkOptions,
  checkValue,
  kind,
  shapeText,
} from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Module } from '../module.ts';
import { type ReductionOptions, reduce, reductionKinds } from './reduction.ts';

export interface CosineEmbeddingOptions extends ReductionOptions {
  /** The cosine up to which a pair with target −1 has loss 0. Default 0. */
  margin?: number | undefined;
}

const kinds = { ...reductionKinds, margin: kind.number };

const operation = 'cosineEmbeddingLoss';

/**
 * How far pairs of vectors are from pointing in the same direction, or in different ones, as
 * `torch.nn.functional.cosine_embedding_loss`: `1 − cos(x₁, x₂)` where the target is 1,
 * `max(0, cos(x₁, x₂) − margin)` where it is −1, and 0 for any other target.
 *
 * @param input1 `[N, D]`, or `[D]`
 * @param input2 of the same shape
 * @param target 1 or −1 for each pair, `[N]`, or a scalar
 * @returns a scalar, or for `reduction: 'none'` the target's shape
 * @throws where shapes do not fit one another, or a vector is not float32
 */
export function cosineEmbeddingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: CosineEmbeddingOptions = {},
): Tensor {
  const { margin = 0, reduction = 'mean' } = checkOptions(operation, options, kinds);
  checkDtype(operation, 'input1', input1, 'float32');
  checkDtype(operation, 'input2', input2, 'float32');
  checkValue(operation, 'target', target, kind.required(kind.tensor));
  if (input1.rank !== 1 && input1.rank !== 2) {
    throw new ArgumentError(
      operation,
      'input1',
      `has shape ${shapeText(input1.shape)}; expected [N, D] or [D]`,
    );
  }
  checkExactShape(operation, 'input2', input2, input1.shape, ', that of input1');
  checkExactShape(operation, 'target', target, input1.shape.slice(0, -1), ', a number for each pair');
  return tidy(() => {
    const cosine = cosineOf(input1, input2);
    const none = zerosLike(cosine);
    const alike = where(equal(target, 1), sub(1, cosine), none);
    const different = where(equal(target, -1), maximum(sub(cosine, margin), 0), none);
    return reduce(add(alike, different), reduction);
  });
}

/** `Σ a·b / √((Σ a² + ε)·(Σ b² + ε))` over the last axis. */
function cosineOf(a: Tensor, b: Tensor): Tensor {
  const squaredNorm = (x: Tensor) => add(sum(square(x), -1), EPSILON);
  return div(sum(mul(a, b), -1), sqrt(mul(squaredNorm(a), squaredNorm(b))));
}

/** PyTorch adds this number to a squared norm before it divides by the norm. */
const EPSILON = 1e-12;

/**
 * `cosineEmbeddingLoss` as a module that keeps its options, as `torch.nn.CosineEmbeddingLoss`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html
 */
export class CosineEmbeddingLoss extends Module {
  readonly #options: CosineEmbeddingOptions;

  constructor(options: CosineEmbeddingOptions = {}) {
    super();
    this.#options = checkOptions('CosineEmbeddingLoss', options, kinds);
  }

  /** See `cosineEmbeddingLoss`. */
  forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(input1, input2, target, this.#options);
  }
}
