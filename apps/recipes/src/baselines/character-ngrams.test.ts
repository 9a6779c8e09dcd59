import { expect, it } from 'vitest';
import { natsOf } from '../measures/nats.ts';
import { characterNgrams } from './character-ngrams.ts';

const text = 'the cat sat on the mat and the rat ate that oat ';

it.each([1, 2, 3, 5])('gives all characters together the probability 1, by contexts of order %i', (order) => {
  const characters = [...new Set(text), '?'];
  for (const context of ['that', 'cat ', 'e th', 'xyz!']) {
    const judge = characterNgrams(text, order);
    const probabilities = characters.map((next) => Math.exp(judge(context + next).at(-1)!));
    expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
    expect(Math.min(...probabilities)).toBeGreaterThan(0);
  }
});

it('expects what followed the same characters', () => {
  const judge = characterNgrams(text.repeat(20), 5);
  expect(natsOf(judge('the cat sat'))).toBeLessThan(0.3);
  expect(natsOf(judge('tac eht tas'))).toBeGreaterThan(2);
});

it('continues the text that it has learnt', () => {
  const judge = characterNgrams('abcd'.repeat(50), 3);
  expect(natsOf(judge('a'))).toBeLessThan(natsOf(judge('c')));
});

it('discounts counts as by hand', () => {
  // Once: 1 character, twice: 1. Y = 1/3, D₁ = 1 − 2 · 1/3 = 1/3. D₂ has no estimate and is 1.
  const judge = characterNgrams('aab', 1);
  const left = 1 / 3 + 1;
  expect(natsOf(judge('a'))).toBeCloseTo(-Math.log((2 - 1 + left / 3) / 3), 12);
  expect(natsOf(judge('b'))).toBeCloseTo(-Math.log((1 - 1 / 3 + left / 3) / 3), 12);
  expect(natsOf(judge('😀'))).toBeCloseTo(-Math.log(left / 3 / 3), 12);
});
