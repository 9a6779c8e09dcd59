import { checkOptions } from '@unroll/backend/checks';
import type { Metric } from '../metric.ts';
import { type ClassOptions, classKinds, eachClassPair } from './class-pairs.ts';

export interface AccuracyOptions extends ClassOptions {}

/**
 * The share of correct predictions, as `sklearn.metrics.accuracy_score`.
 *
 * @example
 * const accuracy = new Accuracy({ ignoreIndex: 0 });
 * accuracy.update([3, 1, 2], [3, 2, 0]);
 * accuracy.compute(); // 0.5
 */
export class Accuracy implements Metric<[predictions: ArrayLike<number>, targets: ArrayLike<number>]> {
  readonly higherIsBetter = true;
  readonly #options: ClassOptions;
  #right = 0;
  #count = 0;

  constructor(options: AccuracyOptions = {}) {
    this.#options = checkOptions('Accuracy', options, classKinds);
  }

  /**
   * @param predictions classes
   * @param targets the correct classes, as many as predictions
   * @throws when the lengths differ, or a value is not a class
   */
  update(predictions: ArrayLike<number>, targets: ArrayLike<number>): void {
    eachClassPair('Accuracy.update', { predictions, targets }, this.#options, (prediction, target) => {
      this.#count++;
      if (prediction === target) this.#right++;
    });
  }

  compute(): number {
    return this.#right / this.#count;
  }

  reset(): void {
    this.#right = 0;
    this.#count = 0;
  }
}
