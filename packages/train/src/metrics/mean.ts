import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { anyNumber } from '../checks.ts';
import type { Metric } from './metric.ts';

export interface MeanOptions {
  /** Whether higher values are better. Default false: a loss. */
  higherIsBetter?: boolean | undefined;
}

const kinds = { higherIsBetter: kind.flag };

/**
 * The weighted mean of numbers: Σ weight · value / Σ weight. A NaN value makes it NaN.
 *
 * @example
 * const mean = new Mean();
 * mean.update(2, 10); // the mean loss of 10 tokens
 * mean.update(1, 30);
 * mean.compute(); // 1.25
 */
export class Mean implements Metric<[value: number, weight?: number]> {
  readonly higherIsBetter: boolean;
  #sum = 0;
  #weight = 0;

  constructor(options: MeanOptions = {}) {
    this.higherIsBetter = checkOptions('Mean', options, kinds).higherIsBetter ?? false;
  }

  /**
   * @param weight the value's weight: its number of tokens or rows. Default 1.
   * @throws when the weight is negative
   */
  update(value: number, weight = 1): void {
    checkValue('Mean.update', 'value', value, anyNumber);
    checkValue('Mean.update', 'weight', weight, kind.atLeast(0));
    if (weight === 0) return;
    this.#sum += weight * value;
    this.#weight += weight;
  }

  compute(): number {
    return this.#sum / this.#weight;
  }

  reset(): void {
    this.#sum = 0;
    this.#weight = 0;
  }
}
