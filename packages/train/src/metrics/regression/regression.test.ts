import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeanAbsoluteError } from './mean-absolute-error.ts';
import { MeanAbsoluteScaledError } from './mean-absolute-scaled-error.ts';
import { RootMeanSquaredError } from './root-mean-squared-error.ts';

const number = fc.double({ min: -100, max: 100, noNaN: true });
const pairs = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 20 });
const mean = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

describe('errors of numbers', () => {
  it('equal their definitions, however the numbers are split into updates', () => {
    fc.assert(
      fc.property(pairs, fc.nat(20), (drawn, cut) => {
        const [training, season] = [[1, 4, 2, 8, 5, 7], 2];
        const naive = mean([2 - 1, 8 - 4, 5 - 2, 8 - 7]);
        const absolute = mean(drawn.map(([a, b]) => Math.abs(a - b)));
        const expected = [
          [new MeanAbsoluteError(), absolute],
          [new RootMeanSquaredError(), Math.sqrt(mean(drawn.map(([a, b]) => (a - b) ** 2)))],
          [new MeanAbsoluteScaledError({ training, season }), absolute / naive],
        ] as const;
        for (const [metric, figure] of expected) {
          for (const part of [drawn.slice(0, cut), drawn.slice(cut)]) {
            metric.update(
              Float64Array.from(part, ([a]) => a),
              part.map(([, b]) => b),
            );
          }
          expect(metric.compute()).toBeCloseTo(figure, 9);
          metric.reset();
          expect(metric.compute()).toBeNaN();
        }
      }),
    );
  });

  it('throw for NaN, and name its position', () => {
    for (const metric of [new MeanAbsoluteError(), new RootMeanSquaredError()]) {
      expect(() => metric.update([1, Number.NaN], [1, 2])).toThrow(
        'update: predictions[1] is NaN; expected a number',
      );
      expect(() => metric.update([1, 2], [1, Number.NaN])).toThrow(
        'update: targets[1] is NaN; expected a number',
      );
      expect(() => metric.update([1, 2], [1])).toThrow('update: targets has 1 elements');
      expect(metric.compute()).toBeNaN();
    }
  });

  it('throw for a training series that is too short, repeats itself or has a NaN', () => {
    expect(() => new MeanAbsoluteScaledError({ training: [1, 2], season: 2 })).toThrow(
      'MeanAbsoluteScaledError: training has 2 numbers; expected more than a season, which has 2',
    );
    expect(() => new MeanAbsoluteScaledError({ training: [1, 2, 1, 2], season: 2 })).toThrow(
      'MeanAbsoluteScaledError: training repeats itself every 2; its naive forecast has no error',
    );
    expect(() => new MeanAbsoluteScaledError({ training: [1, Number.NaN] })).toThrow(
      'MeanAbsoluteScaledError: training[1] is NaN; expected a finite number',
    );
  });
});
