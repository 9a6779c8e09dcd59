import { describe, expect, it } from 'vitest';
import { BitsPerCharacter } from './bits-per-character.ts';
import { Mean } from './mean.ts';
import { Perplexity } from './perplexity.ts';

describe('means', () => {
  it('weigh each value', () => {
    const metric = new Mean();
    expect(metric.compute()).toBeNaN();
    metric.update(2, 10);
    metric.update(1, 30);
    metric.update(Number.NaN, 0);
    expect(metric.compute()).toBe(1.25);
    metric.reset();
    metric.update(3);
    expect(metric.compute()).toBe(3);
    metric.update(Number.NaN);
    expect(metric.compute()).toBeNaN();
  });

  it('know their direction from the options', () => {
    expect(new Mean().higherIsBetter).toBe(false);
    expect(new Mean({ higherIsBetter: true }).higherIsBetter).toBe(true);
  });

  it('throw for negative weights, and for values that are not numbers', () => {
    expect(() => new Mean().update(1, -1)).toThrow(
      'Mean.update: weight is -1; expected a number of at least 0',
    );
    expect(() => new Mean().update('1' as never)).toThrow("Mean.update: value is '1'; expected a number");
  });
});

describe('Perplexity', () => {
  it('is e to the power of the mean loss per token', () => {
    const metric = new Perplexity();
    metric.update(Math.log(8), 20);
    expect(metric.compute()).toBeCloseTo(8, 12);
    metric.update(Math.log(2), 20);
    expect(metric.compute()).toBeCloseTo(4, 12);
    metric.reset();
    expect(metric.compute()).toBeNaN();
  });
});

describe('BitsPerCharacter', () => {
  it('divides the bits of tokens among their characters', () => {
    const metric = new BitsPerCharacter();
    metric.update(Math.log(2), 100, 400);
    expect(metric.compute()).toBeCloseTo(0.25, 12);
    metric.update(Math.log(16), 100, 100);
    expect(metric.compute()).toBeCloseTo(1, 12);
    metric.reset();
    expect(metric.compute()).toBeNaN();
    metric.update(Math.log(4), 3);
    expect(metric.compute()).toBeCloseTo(2, 12);
  });

  it('throws for negative counts', () => {
    expect(() => new BitsPerCharacter().update(1, 1, -1)).toThrow(
      'BitsPerCharacter.update: characters is -1',
    );
  });
});
