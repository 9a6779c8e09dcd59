import { describe, expect, it } from 'vitest';
import { lengthLimits } from './length-limits.ts';
import type { SearchOptions } from './search-options.ts';

const limits = (options: Partial<SearchOptions>, steps: number) =>
  lengthLimits('a search', { startToken: 0, endToken: 1, ...options }, [steps])[0];

describe('length limits', () => {
  it('are 0 and 100 tokens by default', () => {
    expect(limits({}, 7)).toEqual({ least: 0, most: 100 });
  });

  it('given as ratios ignore rounding errors of floats', () => {
    expect(limits({ minLengthRatio: 0.5, maxLengthRatio: 1.5 }, 3)).toEqual({ least: 2, most: 4 });
    expect(limits({ minLengthRatio: 0.1 }, 30)?.least).toBe(3);
    expect(limits({ maxLengthRatio: 0.29 }, 100)?.most).toBe(29);
  });

  it('are the narrower of number and ratio; the least never exceeds the most', () => {
    const both = { minLength: 3, minLengthRatio: 0.5, maxLength: 10, maxLengthRatio: 2 };
    expect(limits(both, 4)).toEqual({ least: 3, most: 8 });
    expect(limits(both, 8)).toEqual({ least: 4, most: 10 });
    expect(limits(both, 1)).toEqual({ least: 2, most: 2 });
  });
});
