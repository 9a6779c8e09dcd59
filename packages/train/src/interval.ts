import { kind } from '@unroll/backend/checks';

/** How often something is done: when either number of steps or epochs is complete. */
export interface Interval {
  steps?: number | undefined;
  epochs?: number | undefined;
}

/** The kind of an `Interval`. */
export const intervalKind = intervalOf('steps', 'epochs');

/** The kind of an object with at least one of these fields, each a whole number, and no other field. */
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

/** The numbers of steps or epochs done so far. */
export interface Count {
  readonly steps?: number;
  readonly epochs?: number;
}

/** Whether the number of steps, or of epochs, is a multiple of the interval. */
export function comesRound(every: Interval, count: Count): boolean {
  return (['steps', 'epochs'] as const).some((unit) => {
    const [interval, done] = [every[unit], count[unit]];
    return interval !== undefined && done !== undefined && done % interval === 0;
  });
}
