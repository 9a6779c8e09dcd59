import { MeanAbsoluteScaledError } from '@unroll/train/metrics';
import type { Forecaster } from '../baselines/forecaster.ts';
import { holtWinters } from '../baselines/holt-winters.ts';
import { seasonalNaive } from '../baselines/seasonal-naive.ts';
import type { Comparison } from '../comparison.ts';

interface HeldOut {
  readonly train: readonly number[];
  readonly test: readonly number[];
  /** The seasons of the baselines, in steps; the error is scaled by the first. */
  readonly seasons: readonly number[];
  /** Whether each step is forecast when those before it are known, not all before the first */
  readonly oneByOne: boolean;
}

/**
 * The errors of a model and of the baselines on the held-out steps, and how many numbers lie between its outer quantiles.
 *
 * @param ahead the model's quantiles of 10, 50 and 90 % for each held-out step
 */
export function forecastComparisons(
  { train, test, seasons, oneByOne }: HeldOut,
  ahead: readonly ArrayLike<number>[],
): Comparison[] {
  const error = (forecast: readonly number[]) => {
    const metric = new MeanAbsoluteScaledError({ training: train, season: seasons[0]! });
    metric.update(forecast, test);
    return metric.compute();
  };
  const errorOf = (baseline: Forecaster) =>
    error(oneByOne ? baseline.oneByOne(test) : baseline.ahead(test.length));
  const baselines = seasons.flatMap((season) => [
    [`seasonal naive, ${season}`, errorOf(seasonalNaive(train, season))],
    [`Holt-Winters, ${season}`, errorOf(holtWinters(train, season))],
  ]);
  const within = test.filter((value, h) => value >= ahead[h]![0]! && value <= ahead[h]![2]!).length;
  const format = (value: number): string => value.toFixed(3);
  return [
    {
      title: `MASE of the last ${test.length} steps, ${oneByOne ? 'each forecast from all before it' : 'all forecast before the first'}`,
      format,
      figures: { ...Object.fromEntries(baselines), GRU: error(ahead.map((quantiles) => quantiles[1]!)) },
    },
    {
      title: 'Share of the numbers between the 10 % and the 90 % quantile',
      format,
      figures: { GRU: within / test.length },
    },
  ];
}
