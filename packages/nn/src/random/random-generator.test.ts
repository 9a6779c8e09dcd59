import { describe, expect, it } from 'vitest';
import { defaultGenerator, manualSeed } from './default-generator.ts';
import { RandomGenerator } from './random-generator.ts';

const draw = (generator: RandomGenerator) => [generator.uniform(), generator.normal(), generator.nextMask()];

describe('RandomGenerator', () => {
  it('draws the same numbers and masks from the same seed, others from another', () => {
    expect(draw(new RandomGenerator(5))).toEqual(draw(new RandomGenerator(5)));
    expect(draw(new RandomGenerator(5))).not.toEqual(draw(new RandomGenerator(6)));
    expect(new RandomGenerator().uniform()).not.toBe(new RandomGenerator().uniform());
  });

  it('continues from a saved state, which is plain data, as if nothing had happened', () => {
    const generator = new RandomGenerator(2 ** 40 + 1);
    draw(generator);
    const state = JSON.parse(JSON.stringify(generator.getState()));
    const expected = [draw(generator), draw(generator)];
    const resumed = new RandomGenerator(0).setState(state);
    expect([draw(resumed), draw(resumed)]).toEqual(expected);
    expect(resumed.initialSeed()).toBe(2 ** 40 + 1);
  });

  it('never gives the same mask twice', () => {
    const generator = new RandomGenerator(1);
    expect(generator.nextMask().offset).not.toEqual(generator.nextMask().offset);
  });

  it('starts over when seeded again', () => {
    const generator = new RandomGenerator(3);
    const first = draw(generator);
    expect(draw(generator.manualSeed(3))).toEqual(first);
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses %s for a seed', (seed) => {
    expect(() => new RandomGenerator(seed)).toThrow(
      `seed is ${seed}; expected an integer in 0…9007199254740991`,
    );
  });

  it('is by default one for all code, and manualSeed seeds it', () => {
    expect(manualSeed(9)).toBe(defaultGenerator);
    const first = draw(defaultGenerator);
    manualSeed(9);
    expect(draw(defaultGenerator)).toEqual(first);
  });
});
