import type { Forecaster } from './forecaster.ts';

/**
 * Repeats the last season: `ŷ_t = y_{t−s}`.
 *
 * @param season number of steps after which the series repeats
 * @see https://otexts.com/fpp3/simple-methods.html
 */
export function seasonalNaive(train: readonly number[], season: number): Forecaster {
  const last = train.slice(-season);
  return {
    ahead: (steps) => Array.from({ length: steps }, (_, i) => last[i % season]!),
    oneByOne: (following) => [...last, ...following].slice(0, following.length),
  };
}
