import type { RunProgress } from './progress-of-run.ts';
import type { Stopping } from './stopping/stopping.ts';

/** The limits of a run, as far as they are known. */
export interface RunLength {
  readonly steps: number | undefined;
  readonly epochs: number | undefined;
  readonly batchesPerEpoch: number | undefined;
  readonly stoppings: readonly Stopping[];
}

/** How much of a run is done, 0 to 1, by the nearest limit; undefined when no limit is known. */
export function fractionDone(
  { steps, epochs, batchesPerEpoch, stoppings }: RunLength,
  { step, epoch, batch }: RunProgress,
): number | undefined {
  const fractions = stoppings.map(({ fraction }) => fraction);
  if (steps !== undefined) fractions.push(step / steps);
  if (epochs !== undefined && batchesPerEpoch) fractions.push((epoch + batch / batchesPerEpoch) / epochs);
  const known = fractions.filter((fraction): fraction is number => Number.isFinite(fraction));
  return known.length > 0 ? Math.min(Math.max(...known), 1) : undefined;
}
