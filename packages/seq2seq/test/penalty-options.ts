import * as fc from 'fast-check';

/** Every pair of a length penalty and a coverage penalty, by name. */
export const penaltyNames = (['none', 'avg', 'wu'] as const).flatMap((length) =>
  (['none', 'wu', 'summary'] as const).map((coverage) => [length, coverage] as const),
);

/** Penalties of any name and strength. */
export const penaltyOptions = fc.record({
  lengthPenalty: fc.record({
    name: fc.constantFrom('none' as const, 'avg' as const, 'wu' as const),
    alpha: fc.constantFrom(0, 0.5, 1, 2),
  }),
  coveragePenalty: fc.record({
    name: fc.constantFrom('none' as const, 'wu' as const, 'summary' as const),
    beta: fc.constantFrom(0, 0.5, 2),
  }),
});
