import { mean, mul, sum, type Tensor } from '@tensorflow/tfjs-core';

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

/** @throws where `reduction` is none of the three */
export function checkReduction(operation: string, reduction: string): asserts reduction is Reduction {
  if (!Object.hasOwn(reductions, reduction)) {
    throw new Error(`${operation}: reduction is '${reduction}'; expected 'none', 'mean' or 'sum'`);
  }
}

export function reduce(elements: Tensor, reduction: Reduction): Tensor {
  return reductions[reduction](elements);
}
