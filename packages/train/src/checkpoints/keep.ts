import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import type { CheckpointSummary } from './checkpoint.ts';
import { summaries } from './latest-checkpoint.ts';
import type { CheckpointStore } from './store.ts';
import { inStore } from './store-error.ts';
import { storeKind } from './store-kind.ts';

/** Which checkpoints to keep. */
export interface KeepOptions {
  /**
   * How many of the newest, at least 1; Infinity keeps all. When one is damaged, the one before replaces it. Default 3
   */
  last?: number | undefined;
  /** How many of the best. Default 0 */
  best?: number | undefined;
  /** The figure that ranks the checkpoints: its name among their metrics. Default `loss` */
  metric?: string | undefined;
  /** Whether the least or the greatest figure is the best. Default `min` */
  mode?: 'min' | 'max' | undefined;
}

/** The same default as that of `keepLast` in a Trainer's run. */
const DEFAULT_LAST = 3;

const isCount = (value: unknown): boolean => value === Number.POSITIVE_INFINITY || kind.whole(1).fits(value);

const summariesKind = kind.required(
  kind.listOf(kind.record, 'an array of checkpoint summaries, as a store lists them'),
);

const bestKinds = { metric: kind.text, mode: kind.choice('min', 'max') };

const kinds = {
  last: { expected: 'a whole number of at least 1, or Infinity', fits: isCount },
  best: kind.whole(0),
  ...bestKinds,
};

/** Checks the options of `KeepOptions`. */
const checkKeep = (owner: string, options: KeepOptions): KeepOptions =>
  checkOptions<KeepOptions>(owner, options, kinds);

/**
 * Sorts checkpoints, the best first. Among equal ones the older is better, because the newer did not surpass it.
 * Checkpoints without the figure, or with NaN, are left out.
 */
export function bestFirst<Summary extends Pick<CheckpointSummary, 'step' | 'metrics'>>(
  checkpoints: readonly Summary[],
  options: Pick<KeepOptions, 'metric' | 'mode'> = {},
): Summary[] {
  const { metric = 'loss', mode = 'min' } = checkOptions('bestFirst', options, bestKinds);
  checkValue('bestFirst', 'checkpoints', checkpoints, summariesKind);
  const sign = mode === 'min' ? 1 : -1;
  return checkpoints
    .map((checkpoint) => {
      const { metrics } = checkpoint;
      const value = Object.hasOwn(metrics, metric) ? metrics[metric]! : Number.NaN;
      return { checkpoint, value: sign * value };
    })
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.checkpoint.step - b.checkpoint.step))
    .map(({ checkpoint }) => checkpoint);
}

/**
 * The names of the checkpoints to remove: those that are neither among the newest nor among the best.
 *
 * @param checkpoints the undamaged ones, in any order
 * @param written the name of a checkpoint to keep in any case, such as the one just written
 */
export function unkept<Summary extends Pick<CheckpointSummary, 'name' | 'step' | 'metrics'>>(
  checkpoints: readonly Summary[],
  options: KeepOptions,
  written?: string,
): string[] {
  const { last = DEFAULT_LAST, best = 0, ...by } = checkKeep('unkept', options);
  checkValue('unkept', 'checkpoints', checkpoints, summariesKind);
  const newest = checkpoints.toSorted((a, b) => b.step - a.step).slice(0, last);
  const kept = new Set([...newest, ...bestFirst(checkpoints, by).slice(0, best)]);
  return checkpoints
    .filter((checkpoint) => !kept.has(checkpoint) && checkpoint.name !== written)
    .map(({ name }) => name);
}

/**
 * Removes the checkpoints that are not kept. A checkpoint whose manifest is damaged or of a newer version does not
 * count and is not removed.
 *
 * @param written the name of a checkpoint to keep in any case, such as the one just written
 * @returns the names of the removed checkpoints
 * @throws StoreError when the store cannot be read, or a checkpoint cannot be removed
 */
export async function removeUnkept(
  store: CheckpointStore,
  options: KeepOptions,
  written?: string,
): Promise<string[]> {
  checkValue('removeUnkept', 'store', store, storeKind);
  const { last } = checkKeep('removeUnkept', options);
  if (last === Number.POSITIVE_INFINITY) return [];
  const { checkpoints } = await summaries(store);
  const names = unkept(checkpoints, options, written);
  for (const name of names) await inStore(store, name, 'removed', () => store.remove(name));
  return names;
}
