import { expect, it } from 'vitest';
import { loadBirths } from './births.ts';

it('has each day of 14 years to learn from, and of the year after them', () => {
  const { train, test } = loadBirths();
  expect([train.length, test.length]).toEqual([5114, 365]);
  const days = [...train, ...test];
  expect(days[0]).toEqual({ date: new Date('2000-01-01'), births: 9083 });
  expect(days.at(-1)).toEqual({ date: new Date('2014-12-31'), births: 11_990 });
  for (const [i, { date }] of days.entries())
    expect(date.getTime()).toBe(days[0]!.date.getTime() + i * 24 * 60 * 60 * 1000);
});
