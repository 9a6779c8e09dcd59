import { BIRTHS, loadBirths } from '../corpora/births.ts';
import type { CorpusFacts } from '../corpora/corpus-facts.ts';
import { loadSunspots, SUNSPOTS } from '../corpora/sunspots.ts';
import { calendarOf } from './calendar.ts';
import type { ForecastSizes, KnownSeries } from './training.ts';

/** A series to forecast. */
export interface ForecastCorpus {
  readonly facts: CorpusFacts;
  /** The number of last steps that are held out */
  readonly heldOut: number;
  /** The whole series */
  readonly load: (folder?: string) => Promise<KnownSeries>;
  /** Steps after which the series repeats, for the baselines; the first one scales the errors. */
  readonly seasons: readonly number[];
  readonly sizes: ForecastSizes;
}

/** By their names on the command line */
export const CORPORA: Readonly<Record<string, ForecastCorpus>> = {
  births: {
    facts: BIRTHS,
    async load() {
      const days = Object.values(loadBirths()).flat();
      return {
        values: days.map(({ births }) => births),
        covariates: days.map(({ date }) => calendarOf(date)),
      };
    },
    heldOut: 365,
    seasons: [7, 364],
    sizes: { window: 56, horizon: 365, hiddenSize: 48, dropout: 0.1, epochs: 8, lr: 5e-3 },
  },
  sunspots: {
    facts: SUNSPOTS,
    async load(folder) {
      const years = Object.values(await loadSunspots(folder)).flat();
      return { values: years.map(({ sunspots }) => sunspots), covariates: years.map(() => []) };
    },
    heldOut: 30,
    seasons: [11],
    sizes: { window: 33, horizon: 1, hiddenSize: 32, dropout: 0.1, epochs: 40, lr: 5e-3 },
  },
};
