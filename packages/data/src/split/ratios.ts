import { checkEach, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** The share of each part, by name. The shares add up to 1. */
export type Ratios<Part extends string> = Readonly<Record<Part, number>>;

/** The parts with their shares, in the given order. */
export function checkRatios<Part extends string>(
  owner: string,
  ratios: Ratios<Part>,
): readonly (readonly [Part, number])[] {
  checkValue(owner, 'ratios', ratios, kind.required(kind.record));
  checkEach(owner, ratios, kind.required(kind.inside('[0, 1]')));
  const parts = Object.entries(ratios) as [Part, number][];
  const total = parts.reduce((sum, [, ratio]) => sum + ratio, 0);
  if (Math.abs(total - 1) < 1e-9) return parts;
  throw new ArgumentError(owner, 'ratios', `are ${total} together; expected 1`);
}

/**
 * Whole numbers with the sum `length` that are nearest to the ratios, by the largest remainder method. Ties go to the
 * first part.
 */
export function countsOf(ratios: readonly number[], length: number): readonly number[] {
  const counts = ratios.map((ratio) => Math.floor(ratio * length + 1e-9));
  const remainders = ratios.map((ratio, part) => ratio * length - counts[part]!);
  const left = length - counts.reduce((sum, count) => sum + count, 0);
  const byRemainder = [...ratios.keys()].sort((a, b) => remainders[b]! - remainders[a]! || a - b);
  for (const part of byRemainder.slice(0, left)) counts[part]!++;
  return counts;
}
