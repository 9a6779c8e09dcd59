import type { RandomGenerator } from '@unroll/nn';
import type { Pair } from './train.ts';

const names = 'January February March April May June July August September October November December'.split(
  ' ',
);

const forms: readonly ((day: number, month: number, year: number) => string)[] = [
  (day, month, year) => `${day} ${names[month]} ${year}`,
  (day, month, year) => `${names[month]} ${day}, ${year}`,
  (day, month, year) => `${names[month]!.slice(0, 3)} ${day} ${year}`,
  (day, month, year) => `${day}.${month + 1}.${year}`,
  (day, month, year) => `${month + 1}/${day}/${year}`,
];

const DAY = 24 * 60 * 60 * 1000;
const FIRST = Date.UTC(1950, 0, 1) / DAY;
const DAYS = Date.UTC(2050, 0, 1) / DAY - FIRST;

/** A date of 1950 to 2049 as people write it and as ISO 8601 does. Every seventh day is held out, in all its forms. */
export function drawDate(random: RandomGenerator, part: 'training' | 'held out'): Pair {
  const below = (count: number) => Math.floor(random.uniform() * count);
  const weeks = below(Math.floor(DAYS / 7));
  const date = new Date((FIRST + 7 * weeks + (part === 'held out' ? 0 : 1 + below(6))) * DAY);
  const written = forms[below(forms.length)]!;
  const [day, month, year] = [date.getUTCDate(), date.getUTCMonth(), date.getUTCFullYear()];
  return [written(day, month, year), date.toISOString().slice(0, 10)];
}
