/** Days on which few children are born, by the month and the day */
const FIXED = ['1-1', '7-4', '12-24', '12-25', '12-26', '12-31'];

/** Holidays on the n-th weekday of a month; Monday is 1. A negative n counts from the end of the month. */
const MOVABLE = [
  { month: 5, weekday: 1, nth: -1 },
  { month: 9, weekday: 1, nth: 1 },
  { month: 11, weekday: 4, nth: 4 },
] as const;

/** Holidays of the United States on which hospitals do not plan births, and the day after Thanksgiving */
function holidaysOn(date: Date): number[] {
  const [month, day, weekday] = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCDay()];
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), month, 0)).getUTCDate();
  const isMovable = MOVABLE.map(({ month: ofMonth, weekday: on, nth }) => {
    const place = nth > 0 ? Math.ceil(day / 7) : -Math.ceil((daysInMonth - day + 1) / 7);
    return month === ofMonth && weekday === on && place === nth;
  });
  const afterThanksgiving = month === 11 && weekday === 5 && Math.ceil((day - 1) / 7) === 4;
  const isFixed = FIXED.map((fixed) => fixed === `${month}-${day}`);
  return [...isFixed, ...isMovable, afterThanksgiving].map(Number);
}

/** What is known of a day in advance: its weekday, its place in the year by three waves, and whether it is a holiday. */
export function calendarOf(date: Date): number[] {
  const weekday = Array.from({ length: 7 }, (_, day) => Number(date.getUTCDay() === day));
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  const angle = (2 * Math.PI * (date.getTime() - start)) / (365.25 * 24 * 3600 * 1000);
  const waves = [1, 2, 3].flatMap((k) => [Math.sin(k * angle), Math.cos(k * angle)]);
  return [...weekday, ...waves, ...holidaysOn(date)];
}
