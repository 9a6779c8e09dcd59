import { describe, expect, it } from 'vitest';
import { constantForcing, inverseSigmoidForcing, linearForcing } from './teacher-forcing.ts';

describe('schedules of teacher forcing', () => {
  it('constantForcing stays at its ratio', () => {
    expect([0, 10, 1000].map(constantForcing(0.7))).toEqual([0.7, 0.7, 0.7]);
  });

  it('linearForcing falls along a line and then stays constant', () => {
    expect([0, 25, 50, 100, 1000].map(linearForcing({ from: 1, to: 0.2, steps: 100 }))).toEqual([
      1, 0.8, 0.6, 0.19999999999999996, 0.19999999999999996,
    ]);
    expect(linearForcing({ steps: 2 })(1)).toBe(0.5);
  });

  it('inverseSigmoidForcing falls as an inverse sigmoid, and is one half at k·ln k', () => {
    const ratio = inverseSigmoidForcing({ k: 100 });
    expect(ratio(0)).toBeCloseTo(100 / 101, 12);
    expect(ratio(100 * Math.log(100))).toBeCloseTo(0.5, 12);
    expect(ratio(1e6)).toBe(0);
  });

  it('throw for an invalid ratio or step', () => {
    expect(() => constantForcing(1.5)).toThrow(
      'constantForcing: ratio is 1.5; expected a probability in [0, 1]',
    );
    expect(() => linearForcing({ steps: 0 })).toThrow('linearForcing: steps is 0');
    expect(() => inverseSigmoidForcing({ k: 0.5 })).toThrow(
      'inverseSigmoidForcing: k is 0.5; expected a number of at least 1',
    );
    expect(() => linearForcing({ steps: 3 })(-1)).toThrow(
      'linearForcing: step is -1; expected a number of at least 0',
    );
  });
});
