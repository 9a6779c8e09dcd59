import { describe, expect, it } from 'vitest';
import { Path } from './path.ts';
import { type CoveragePenalty, type LengthPenalty, rankingBy } from './penalties.ts';

/** A path with the given log-probability, whose tokens attend to three steps as given. */
const path = (logProb: number, attention: readonly (readonly number[])[]) =>
  attention.reduce(
    (before, weights, row) =>
      before.extend({
        token: row,
        row: 0,
        logProb: logProb / attention.length,
        attention: Float32Array.from(weights),
      }),
    Path.root(0, 3),
  );

const evenly = (length: number) => Array.from({ length }, () => [0, 0, 0]);

describe('length penalties', () => {
  /**
   * The score −6 / divisor, computed by hand. avg of 4 at α = 0.5: √4 = 2. wu of 7: 12/6 = 2; of 19 at α = 0.5: √(24/6)
   * = 2; of 4 at α = 0.6: 1.5^0.6.
   */
  const table: readonly [LengthPenalty, number, number][] = [
    [{ name: 'none' }, 7, -6],
    [{ name: 'none', alpha: 3 }, 7, -6],
    [{ name: 'avg' }, 1, -6],
    [{ name: 'avg' }, 3, -2],
    [{ name: 'avg', alpha: 0.5 }, 4, -3],
    [{ name: 'avg', alpha: 0 }, 4, -6],
    [{ name: 'avg', alpha: 2 }, 2, -1.5],
    [{ name: 'wu' }, 1, -6],
    [{ name: 'wu' }, 7, -3],
    [{ name: 'wu', alpha: 2 }, 7, -1.5],
    [{ name: 'wu', alpha: 0.5 }, 19, -3],
    [{ name: 'wu', alpha: 0 }, 19, -6],
    [{ name: 'wu', alpha: 0.6 }, 4, -4.704316],
  ];
  it.each(table)('%o of %i scored tokens divides −6 as computed by hand', (penalty, length, score) => {
    expect(rankingBy('a search', penalty).score(path(-6, evenly(length)))).toBeCloseTo(score, 6);
  });
});

describe('coverage penalties', () => {
  /** Coverage [0.5, 0.25, 2.25]: −log 0.5 − log 0.25 = 2.0794415; 1 + 1 + 2.25 − 3 = 1.25 */
  const uneven = [
    [0.25, 0.25, 0.5],
    [0.25, 0, 0.75],
    [0, 0, 1],
  ];
  const table: readonly [CoveragePenalty, readonly (readonly number[])[], number][] = [
    [{ name: 'none', beta: 2 }, uneven, -6],
    [{ name: 'wu' }, uneven, -8.0794415],
    [{ name: 'wu', beta: 0.5 }, uneven, -7.0397208],
    [{ name: 'wu', beta: 0 }, uneven, -6],
    [{ name: 'summary' }, uneven, -7.25],
    [{ name: 'summary', beta: 2 }, uneven, -8.5],
    [{ name: 'wu' }, [[1, 1, 1]], -6],
    [{ name: 'summary' }, [[1, 0.5, 0]], -6],
    // A step that nothing attends to: −log 1e-10 = 23.0258509
    [{ name: 'wu' }, [[1, 1, 0]], -29.0258509],
  ];
  it.each(table)('%o of attention %o makes −6 of it', (penalty, attention, score) => {
    const ranking = rankingBy('a search', undefined, penalty);
    expect(ranking.score(path(-6, attention))).toBeCloseTo(score, 6);
  });
});

describe('what a path can still reach', () => {
  it('is its log-probability by the greatest length, less a summary that never falls', () => {
    const twice = path(-6, [
      [2, 0, 0],
      [0, 0, 0],
    ]);
    const by = (length: LengthPenalty, coverage?: CoveragePenalty) =>
      rankingBy('a search', length, coverage).bound(twice, 7);
    expect(by({ name: 'none' })).toBe(-6);
    expect(by({ name: 'wu' })).toBe(-3);
    expect(by({ name: 'wu' }, { name: 'wu', beta: 3 })).toBe(-3);
    expect(by({ name: 'wu' }, { name: 'summary', beta: 3 })).toBe(-6);
  });
});
