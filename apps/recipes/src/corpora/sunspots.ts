import type { Source } from '@unroll/data';
import { csv } from '@unroll/data/csv';
import type { CorpusFacts } from './corpus-facts.ts';
import { openCorpus } from './open-corpus.ts';
import type { TrainAndTest } from './train-and-test.ts';

export const SUNSPOTS: CorpusFacts = {
  name: 'sunspots, each year from 1700 to 2008 (National Geophysical Data Center)',
  licence: 'public domain',
  source: 'https://www.statsmodels.org/stable/datasets/generated/sunspots.html',
  files: 'sunspots.csv, directly or in sunspots',
};

/** The number of last years, which are held out */
const HELD_OUT = 30;

const FILE = {
  url: 'https://raw.githubusercontent.com/statsmodels/statsmodels/v0.14.5/statsmodels/datasets/sunspots/sunspots.csv',
  sha256: 'f67889b1d9002cd5227f0e0ef54e35b419cdd85a31279adef6f73fb41e5c0a9b',
  size: 2944,
};

export interface SunspotYear {
  readonly year: number;
  /** The mean number of sunspots */
  readonly sunspots: number;
}

/** Reads comma-separated values with a header. */
export async function readSunspots(source: Source): Promise<SunspotYear[]> {
  const years: SunspotYear[] = [];
  for await (const { YEAR, SUNACTIVITY } of csv(source, { columns: ['YEAR', 'SUNACTIVITY'] }))
    years.push({ year: Number(YEAR), sunspots: Number(SUNACTIVITY) });
  return years;
}

/** The sunspots of 309 years. The last 30 are held out. */
export async function loadSunspots(folder?: string): Promise<TrainAndTest<SunspotYear>> {
  const { files } = await openCorpus({ name: 'sunspots', licence: SUNSPOTS.licence, files: [FILE] }, folder);
  const years = await readSunspots(files[0]!);
  return { train: years.slice(0, -HELD_OUT), test: years.slice(-HELD_OUT) };
}
