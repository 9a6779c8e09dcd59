import { ArgumentError } from '@unroll/backend/errors';
import type { SearchOptions } from './search-options.ts';

/** How many tokens a source's hypotheses have, the end token not counted. */
export interface LengthLimits {
  readonly least: number;
  readonly most: number;
}

/** What a product of a ratio may miss a whole number by and still be meant: 0.1 · 30 is 3.0000000000000004. */
const ROUNDING = 1e-9;

/**
 * The limits of each source, the most over the least where ratios make them cross.
 *
 * @throws where the least is over the most by the options alone
 */
export function lengthLimits(
  owner: string,
  options: SearchOptions,
  sourceLengths: readonly number[],
): LengthLimits[] {
  const { maxLength = 100, maxLengthRatio = Infinity, minLength = 0, minLengthRatio = 0 } = options;
  checkOrder(owner, ['minLength', minLength], ['maxLength', maxLength]);
  checkOrder(owner, ['minLengthRatio', minLengthRatio], ['maxLengthRatio', maxLengthRatio]);
  return sourceLengths.map((steps) => {
    const most = Math.min(maxLength, Math.floor(maxLengthRatio * steps + ROUNDING));
    const least = Math.max(minLength, Math.ceil(minLengthRatio * steps - ROUNDING));
    return { most, least: Math.min(least, most) };
  });
}

type Limit = readonly [option: string, value: number];

function checkOrder(owner: string, [lower, least]: Limit, [upper, most]: Limit): void {
  if (least > most) throw new ArgumentError(owner, lower, `is ${least}; expected at most ${upper}, ${most}`);
}
