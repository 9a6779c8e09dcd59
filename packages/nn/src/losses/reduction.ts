import { mean, mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import { kind } from '@unroll/backend/checks';

/** What a loss makes of its elements: nothing, their mean, or their sum. */
export type Reduction = 'none' | 'mean' | 'sum';

export interface ReductionOptions {
  /** Default 'mean' */
  reduction?: Reduction | undefined;
}

const reductions: Readonly<Record<Reduction, (elements: Tensor) => Tensor>> = {
  none: (elements) => elements,
  // tfjs makes 0 of the mean of nothing; PyTorch, and 0/0, make NaN of it.
  mean: (elements) => (elements.size === 0 ? mul(sum(elements), Number.NaN) : mean(elements)),
  sum: (elements) => sum(elements),
};

/** What `ReductionOptions` have to be. */
export const reductionKinds = { reduction: kind.choice('none', 'mean', 'sum') };

export function reduce(elements: Tensor, reduction: Reduction): Tensor {
  return reductions[reduction](elements);
}
