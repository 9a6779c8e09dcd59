import { BIRTHS, loadBirths } from '../corpora/births.ts';
import type { CorpusFacts } from '../corpora/corpus-facts.ts';
import { loadSunspots, SUNSPOTS } from '../corpora/sunspots.ts';
import { calendarOf } from './calendar.ts';
import type { ForecastSizes, KnownSeries } from './training.ts';

/** A series to forecast. */
export interface ForecastCorpus {
  readonly facts: CorpusFacts;
  /** The whole series, and the number of its last steps that are held out */
  readonly load: (folder?: string) => Promise<{ series: KnownSeries; heldOut: number }>;
  /** Steps after which the series repeats, for the baselines; the first one scales the errors. */
  readonly seasons: readonly number[];
  readonly sizes: ForecastSizes;
}

/** By their names on the command line */
export const CORPORA: Readonly<Record<string, ForecastCorpus>> = {
  births: {
    facts: BIRTHS,
    async load() {
      const { train, test } = loadBirths();
      const days = [...train, ...test];
      const series = {
        values: days.map(({ births }) => births),
        covariates: days.map(({ date }) => calendarOf(date)),
      };
      return { series, heldOut: test.length };
    },
    seasons: [7, 364],
    sizes: { window: 56, horizon: 365, hiddenSize: 48, dropout: 0.1, epochs: 8, lr: 5e-3 },
  },
  sunspots: {
    facts: SUNSPOTS,
    async load(folder) {
      const { train, test } = await loadSunspots(folder);
      const years = [...train, ...test];
      const series = { values: years.map(({ sunspots }) => sunspots), covariates: years.map(() => []) };
      return { series, heldOut: test.length };
    },
    seasons: [11],
    sizes: { window: 33, horizon: 1, hiddenSize: 32, dropout: 0.1, epochs: 40, lr: 5e-3 },
  },
};
