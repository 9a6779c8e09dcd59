import type { Forecaster } from './forecaster.ts';

/** The smoothing constants of level, trend and season, each in [0, 1] */
type Constants = readonly [alpha: number, beta: number, gamma: number];

interface State {
  readonly level: number;
  readonly trend: number;
  /** What each step of a season adds to the level; the first one belongs to the next step. */
  readonly seasonal: readonly number[];
}

/**
 * Exponential smoothing of level, trend and season (Holt 1957, Winters 1960), the additive method. With s the length of
 * a season:
 *
 * l_t = α (y_t − s_{t−s}) + (1 − α) (l_{t−1} + b_{t−1})
 * b_t = β (l_t − l_{t−1}) + (1 − β) b_{t−1}
 * s_t = γ (y_t − l_{t−1} − b_{t−1}) + (1 − γ) s_{t−s}
 * ŷ_{t+h} = l_t + h b_t + s_{t+h−s}, with the season repeated for h > s
 *
 * The constants are those with the least squared error of one-step forecasts in `train`, which has at least two seasons.
 *
 * @see https://otexts.com/fpp3/holt-winters.html
 */
export function holtWinters(train: readonly number[], season: number): Forecaster {
  const begin = firstState(train, season);
  const constants = leastErrorConstants((tried) =>
    squaredError(train, follow(begin, train, tried).forecasts),
  );
  const { end } = follow(begin, train, constants);
  return {
    ahead: (steps) =>
      Array.from({ length: steps }, (_, h) => end.level + (h + 1) * end.trend + end.seasonal[h % season]!),
    oneByOne: (following) => follow(end, following, constants).forecasts,
  };
}

/** The level and season of the first season, and the trend from the first to the second season */
function firstState(train: readonly number[], season: number): State {
  const [first, second] = [train.slice(0, season), train.slice(season, 2 * season)];
  const trend = (mean(second) - mean(first)) / season;
  const middle = (season - 1) / 2;
  return {
    level: mean(first) - (middle + 1) * trend,
    trend,
    seasonal: first.map((value, i) => value - (mean(first) + (i - middle) * trend)),
  };
}

/** Forecasts each number of a series from the state before it, which then learns the number. */
function follow(
  from: State,
  series: readonly number[],
  [alpha, beta, gamma]: Constants,
): { forecasts: number[]; end: State } {
  const season = from.seasonal.length;
  const seasonal = Float64Array.from(from.seasonal);
  let { level, trend } = from;
  const forecasts = series.map((value, t) => {
    const [before, added] = [level + trend, seasonal[t % season]!];
    const next = alpha * (value - added) + (1 - alpha) * before;
    trend = beta * (next - level) + (1 - beta) * trend;
    level = next;
    seasonal[t % season] = gamma * (value - before) + (1 - gamma) * added;
    return before + added;
  });
  const turn = series.length % season;
  return {
    forecasts,
    end: { level, trend, seasonal: [...seasonal.slice(turn), ...seasonal.slice(0, turn)] },
  };
}

/** Searches a grid of constants, then finer grids around the best. */
function leastErrorConstants(errorOf: (constants: Constants) => number): Constants {
  let best: Constants = [0.5, 0.5, 0.5];
  let least = errorOf(best);
  for (let width = 0.5; width > 0.001; width /= 2) {
    const [a, b, c] = best.map((middle) =>
      [-1, -0.5, 0, 0.5, 1].map((step) => Math.min(1, Math.max(0, middle + step * width))),
    ) as [number[], number[], number[]];
    for (const alpha of a)
      for (const beta of b)
        for (const gamma of c) {
          const error = errorOf([alpha, beta, gamma]);
          if (error < least) [least, best] = [error, [alpha, beta, gamma]];
        }
  }
  return best;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const squaredError = (values: readonly number[], forecasts: readonly number[]): number =>
  values.reduce((sum, value, t) => sum + (value - forecasts[t]!) ** 2, 0);
