import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import type { CheckpointSummary } from './checkpoint.ts';
import { summaries } from './latest-checkpoint.ts';
import type { CheckpointStore } from './store.ts';
import { inStore } from './store-error.ts';
import { storeKind } from './store-kind.ts';

/** Which checkpoints stay. */
export interface KeepOptions {
  /** How many of the newest, at least 1; Infinity keeps all. Default 3: where one is damaged, the one before it stands in. */
  last?: number | undefined;
  /** How many of the best. Default 0 */
  best?: number | undefined;
  /** The figure that says which are best, by its name among the checkpoints' metrics. Default `loss` */
  metric?: string | undefined;
  /** Whether the least figure is best, or the greatest. Default `min` */
  mode?: 'min' | 'max' | undefined;
}

/** As many as a Trainer's run keeps. */
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

/** Checks what says which checkpoints stay. */
const checkKeep = (owner: string, options: KeepOptions): KeepOptions =>
  checkOptions<KeepOptions>(owner, options, kinds);

/**
 * The best checkpoints, best first. Of equal ones the older is better, as the newer did not surpass it; one without the figure, or
 * whose figure is NaN, is none of them.
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
 * The names of the checkpoints that need not stay: those that are neither among the newest nor among the best.
 *
 * @param checkpoints those that are whole, in any order
 * @param written the name of one that stays in any case, such as the one just written
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
 * Removes the checkpoints that need not stay. One whose manifest is damaged, or of a newer version, neither counts nor is removed.
 *
 * @param written the name of one that stays in any case, such as the one just written
 * @returns the names of those that were removed
 * @throws StoreError where the store cannot be read, or one cannot be removed
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
