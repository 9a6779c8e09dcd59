import { ArgumentError } from '@unroll/backend/errors';
import type { SearchOptions } from './search-options.ts';

/** The least and greatest number of tokens of a source's hypotheses, without the end token. */
export interface LengthLimits {
  readonly least: number;
  readonly most: number;
}

/**
 * A product with a ratio within this distance of a whole number counts as that number: 0.1 · 30 is 3.0000000000000004.
 */
const ROUNDING = 1e-9;

/**
 * The limits of each source. When ratios make the least exceed the most, the least becomes the most.
 *
 * @throws when the options themselves put the least above the most
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
