import type { Metric } from '../metric.ts';
import { errorSum } from './number-pairs.ts';

/**
 * MAE: the mean of |prediction − target|, as `sklearn.metrics.mean_absolute_error`.
 *
 * @example
 * const error = new MeanAbsoluteError();
 * error.update([2, 4], [1, 1]);
 * error.compute(); // 2
 */
export class MeanAbsoluteError
  implements Metric<[predictions: ArrayLike<number>, targets: ArrayLike<number>]>
{
  readonly higherIsBetter = false;
  #sum = 0;
  #count = 0;

  /** @throws when the lengths differ, or a number is NaN */
  update(predictions: ArrayLike<number>, targets: ArrayLike<number>): void {
    this.#sum += errorSum('MeanAbsoluteError.update', predictions, targets, Math.abs);
    this.#count += targets.length;
  }

  compute(): number {
    return this.#sum / this.#count;
  }

  reset(): void {
    this.#sum = 0;
    this.#count = 0;
  }
}
