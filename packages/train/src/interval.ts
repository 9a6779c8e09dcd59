import { kind } from '@unroll/backend/checks';

/** How often something is done: whichever of its units comes round first. */
export interface Interval {
  steps?: number | undefined;
  epochs?: number | undefined;
}

/** What an `Interval` has to be. */
export const intervalKind = intervalOf('steps', 'epochs');

/** An object of whole numbers, at least one of these, and nothing else. */
export function intervalOf(...units: readonly string[]): kind.Kind {
  return {
    expected: `an object with ${units.join(' or ')}, whole numbers of at least 1`,
    fits(value) {
      if (!kind.record.fits(value)) return false;
      const given = Object.entries(value as object).filter(([, count]) => count !== undefined);
      return (
        given.length > 0 && given.every(([unit, count]) => units.includes(unit) && kind.whole(1).fits(count))
      );
    },
  };
}

/** What was done so often that something may be due. */
export interface Count {
  readonly steps?: number;
  readonly epochs?: number;
}

/** Whether so many steps, or epochs, are a multiple of the interval. */
export function comesRound(every: Interval, count: Count): boolean {
  return (['steps', 'epochs'] as const).some((unit) => {
    const [interval, done] = [every[unit], count[unit]];
    return interval !== undefined && done !== undefined && done % interval === 0;
  });
}
