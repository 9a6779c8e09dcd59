import { expect, it } from 'vitest';
import { calendarOf } from './calendar.ts';

const HOLIDAYS = 13;
const holidays = (date: string) =>
  calendarOf(new Date(`${date}T00:00:00Z`))
    .slice(HOLIDAYS)
    .flatMap((is, i) => (is ? [i] : []));

it('knows the holidays that move', () => {
  expect(holidays('2014-05-26')).toEqual([6]); // the last Monday of May
  expect(holidays('2014-05-19')).toEqual([]);
  expect(holidays('2014-09-01')).toEqual([7]);
  expect(holidays('2014-11-27')).toEqual([8]); // Thanksgiving, and the day after
  expect(holidays('2014-11-28')).toEqual([9]);
  expect(holidays('2013-11-29')).toEqual([9]);
  expect(holidays('2014-11-21')).toEqual([]);
});

it('knows the holidays that stay, and the weekday', () => {
  expect(holidays('2014-12-25')).toEqual([3]);
  expect(calendarOf(new Date('2014-12-25T00:00:00Z')).slice(0, 7)).toEqual([0, 0, 0, 0, 1, 0, 0]);
});
