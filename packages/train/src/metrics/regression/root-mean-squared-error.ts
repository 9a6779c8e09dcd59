import type { Metric } from '../metric.ts';
import { errorSum } from './number-pairs.ts';

/**
 * RMSE: √ of the mean of (prediction − target)², as `sklearn.metrics.root_mean_squared_error`.
 *
 * @example
 * const error = new RootMeanSquaredError();
 * error.update([4, 6], [1, 2]);
 * error.compute(); // √12.5
 */
export class RootMeanSquaredError
  implements Metric<[predictions: ArrayLike<number>, targets: ArrayLike<number>]>
{
  readonly higherIsBetter = false;
  #sum = 0;
  #count = 0;

  /** @throws when the lengths differ, or a number is NaN */
  update(predictions: ArrayLike<number>, targets: ArrayLike<number>): void {
    const owner = 'RootMeanSquaredError.update';
    this.#sum += errorSum(owner, predictions, targets, (difference) => difference ** 2);
    this.#count += targets.length;
  }

  compute(): number {
    return Math.sqrt(this.#sum / this.#count);
  }

  reset(): void {
    this.#sum = 0;
    this.#count = 0;
  }
}
