import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { checkList } from '../../checks.ts';
import type { Metric } from '../metric.ts';
import { errorSum } from './number-pairs.ts';

export interface MeanAbsoluteScaledErrorOptions {
  /** The series that the model was trained on, in order and in the predictions' unit; longer than a season */
  training: ArrayLike<number>;
  /**
   * Number of steps after which the series repeats: 12 for months. Default 1: the naive forecast is the number before.
   */
  season?: number | undefined;
}

const kinds = { training: kind.required(kind.anything), season: kind.whole(1) };

/**
 * MASE: the mean of |prediction − target| divided by the training error of the naive forecast, mean |yₜ − yₜ₋ₛ| with
 * season s. Below 1 the model is better than repeating the last season.
 *
 * @example
 * const error = new MeanAbsoluteScaledError({ training: [1, 3, 2, 5] });
 * error.update([4, 4], [5, 6]);
 * error.compute(); // 0.75: 1.5 / 2
 *
 * @see https://doi.org/10.1016/j.ijforecast.2006.03.001
 */
export class MeanAbsoluteScaledError
  implements Metric<[predictions: ArrayLike<number>, targets: ArrayLike<number>]>
{
  readonly higherIsBetter = false;
  /** The mean error of the naive forecast on the training series */
  readonly naiveError: number;
  #sum = 0;
  #count = 0;

  /** @throws when the training series is not longer than a season, has a NaN, or repeats itself exactly */
  constructor(options: MeanAbsoluteScaledErrorOptions) {
    const { training, season = 1 } = checkOptions('MeanAbsoluteScaledError', options, kinds);
    this.naiveError = naiveErrorOf(training, season);
  }

  /** @throws when the lengths differ, or a number is NaN */
  update(predictions: ArrayLike<number>, targets: ArrayLike<number>): void {
    this.#sum += errorSum('MeanAbsoluteScaledError.update', predictions, targets, Math.abs);
    this.#count += targets.length;
  }

  compute(): number {
    return this.#sum / this.#count / this.naiveError;
  }

  reset(): void {
    this.#sum = 0;
    this.#count = 0;
  }
}

function naiveErrorOf(training: ArrayLike<number>, season: number): number {
  const owner = 'MeanAbsoluteScaledError';
  checkList(owner, 'training', training, kind.finite);
  const count = training.length - season;
  if (count < 1) {
    const fault = `has ${training.length} numbers; expected more than a season, which has ${season}`;
    throw new ArgumentError(owner, 'training', fault);
  }
  let sum = 0;
  for (let t = season; t < training.length; t++) sum += Math.abs(training[t]! - training[t - season]!);
  if (sum > 0) return sum / count;
  throw new ArgumentError(
    owner,
    'training',
    `repeats itself every ${season}; its naive forecast has no error`,
  );
}
