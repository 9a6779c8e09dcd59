import fc from 'fast-check';
import { expect, it } from 'vitest';
import { histogramBins } from './histogram.ts';

it('bins extend from the least to the greatest value, are adjacent, and count each value once', () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 40 }), (drawn, bins) => {
      const made = histogramBins(drawn, bins);
      expect(made).toHaveLength(bins);
      expect(made.reduce((sum, [, , count]) => sum + count, 0)).toBe(drawn.length);
      expect(made.every(([, high], i) => i === bins - 1 || high === made[i + 1]![0])).toBe(true);
      const spread = Math.max(...drawn) > Math.min(...drawn);
      if (!spread) return;
      // Treats −0 and 0 as the same bound.
      const bounds = [made[0]![0], made.at(-1)![1], Math.min(...drawn), Math.max(...drawn)].map(
        (bound) => bound + 0,
      );
      expect(bounds.slice(0, 2)).toEqual(bounds.slice(2));
    }),
  );
});

it('counts equal numpy.histogram’s', () => {
  // numpy.histogram([1, 2, 1, 4, 2.5, 3], bins=3) and numpy.histogram([2, 2], bins=2)
  expect(histogramBins([1, 2, 1, 4, 2.5, 3], 3)).toEqual([
    [1, 2, 2],
    [2, 3, 2],
    [3, 4, 2],
  ]);
  expect(histogramBins([2, 2], 2)).toEqual([
    [1.5, 2, 0],
    [2, 2.5, 2],
  ]);
});

it('values that are not finite are left out', () => {
  expect(histogramBins([Number.NaN, 0, Number.POSITIVE_INFINITY, 1], 1)).toEqual([[0, 1, 2]]);
  expect(histogramBins([Number.NaN], 3)).toEqual([]);
});

it.each([1e17, -1e300, Number.MAX_VALUE, -Number.MAX_VALUE])(
  'a constant of %d is counted in bins with a width',
  (value) => {
    const made = histogramBins([value, value], 30);
    expect(made.reduce((sum, [, , count]) => sum + count, 0)).toBe(2);
    expect(made.every(([low, high]) => low < high && Number.isFinite(high - low))).toBe(true);
    expect(made.some(([low, high, count]) => count === 2 && low <= value && value <= high)).toBe(true);
  },
);

it('values that are as far apart as doubles can be are counted', () => {
  expect(histogramBins([-1e308, 0, 1e308], 2)).toEqual([
    [-1e308, 0, 1],
    [0, 1e308, 2],
  ]);
});
