import { expect, it } from 'vitest';
import { holtWinters } from './holt-winters.ts';
import { seasonalNaive } from './seasonal-naive.ts';

it('repeats the last season, or the season before each number', () => {
  const naive = seasonalNaive([9, 1, 2, 3], 3);
  expect(naive.ahead(5)).toEqual([1, 2, 3, 1, 2]);
  expect(naive.oneByOne([10, 20])).toEqual([1, 2]);
  expect(naive.oneByOne([10, 20, 30, 40])).toEqual([1, 2, 3, 10]);
});

const pattern = [5, -2, 0, -3];
const series = (length: number) => Array.from({ length }, (_, t) => 10 + 0.5 * t + pattern[t % 4]!);

it.each([22, 24])('continues %i numbers of a trend with a season', (length) => {
  const all = series(length + 9);
  const winters = holtWinters(all.slice(0, length), 4);
  const following = all.slice(length);
  for (const forecasts of [winters.ahead(9), winters.oneByOne(following)])
    for (const [i, forecast] of forecasts.entries()) expect(forecast).toBeCloseTo(following[i]!, 6);
});

it('follows a level that changes', () => {
  const noise = (t: number) => Math.sin(12.9898 * t) * 0.5;
  const steps = Array.from({ length: 200 }, (_, t) => 10 * Math.floor(t / 40) + pattern[t % 4]! + noise(t));
  const winters = holtWinters(steps, 4);
  const next = Array.from({ length: 8 }, (_, i) => 40 + pattern[i % 4]! + noise(200 + i));
  for (const [i, forecast] of winters.oneByOne(next).entries())
    expect(Math.abs(forecast - next[i]!)).toBeLessThan(2);
});
