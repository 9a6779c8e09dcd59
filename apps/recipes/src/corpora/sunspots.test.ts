import { bytesSource } from '@unroll/data';
import { expect, it } from 'vitest';
import { itWithData } from '../../test/data-folder.ts';
import { loadSunspots, readSunspots } from './sunspots.ts';

it('reads the number of each year', async () => {
  expect(await readSunspots(bytesSource('"YEAR","SUNACTIVITY"\n1700,5\n1749,80.9\n'))).toEqual([
    { year: 1700, sunspots: 5 },
    { year: 1749, sunspots: 80.9 },
  ]);
});

itWithData(
  'has the years from 1700 to 1978 to learn from, and those to 2008 for the test',
  async (folder) => {
    const { train, test } = await loadSunspots(folder);
    const years = [...train, ...test].map(({ year }) => year);
    expect(years).toEqual(Array.from({ length: 309 }, (_, i) => 1700 + i));
    expect(test[0]!.year).toBe(1979);
    expect(Math.max(...[...train, ...test].map(({ sunspots }) => sunspots))).toBe(190.2);
  },
);
