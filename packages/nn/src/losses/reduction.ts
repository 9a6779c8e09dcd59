import { mean, mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import { kind } from '@unroll/backend/checks';

/** How a loss reduces its elements: not at all, to their mean, or to their sum. */
export type Reduction = 'none' | 'mean' | 'sum';

export interface ReductionOptions {
  /** Default 'mean' */
  reduction?: Reduction | undefined;
}

const reductions: Readonly<Record<Reduction, (elements: Tensor) => Tensor>> = {
  none: (elements) => elements,
  // The mean of no elements is 0 in tfjs, but NaN in PyTorch, as 0/0.
  mean: (elements) => (elements.size === 0 ? mul(sum(elements), Number.NaN) : mean(elements)),
  sum: (elements) => sum(elements),
};

/** The kinds of `ReductionOptions`. */
export const reductionKinds = { reduction: kind.choice('none', 'mean', 'sum') };

export function reduce(elements: Tensor, reduction: Reduction): Tensor {
  return reductions[reduction](elements);
}
