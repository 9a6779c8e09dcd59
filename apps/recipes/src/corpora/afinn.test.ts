import { expect, it } from 'vitest';
import { loadAfinn } from './afinn.ts';

it('has thousands of words, from −5 to 5', () => {
  const afinn = loadAfinn();
  expect(afinn.size).toBeGreaterThan(3000);
  expect(afinn.get('awful')).toBe(-3);
  expect([...afinn.values()].every((value) => Number.isInteger(value) && Math.abs(value) <= 5)).toBe(true);
});
