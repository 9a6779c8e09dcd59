import { kind } from '@unroll/backend/checks';
import { ArgumentError, FormatError } from '@unroll/backend/errors';
import type { Checkpoint } from './checkpoints/checkpoint.ts';
import { bestFirst, removeUnkept } from './checkpoints/keep.ts';
import { checkpointNames, latestCheckpoint, summaries } from './checkpoints/latest-checkpoint.ts';
import { readCheckpoint } from './checkpoints/read-checkpoint.ts';
import type { CheckpointStore } from './checkpoints/store.ts';
import { storeKind } from './checkpoints/store-kind.ts';
import { writeCheckpoint } from './checkpoints/write-checkpoint.ts';
import { type Count, comesRound, type Interval, intervalOf } from './interval.ts';
import type { Monitored } from './monitor.ts';
import type { RunProgress } from './progress-of-run.ts';
import { contentOf, type TrainingParts } from './training-state.ts';

/** Where a run's checkpoints are stored, how often one is written, and which are kept. */
export interface CheckpointsOptions {
  /** `folder(path)`, `opfs(path)`, or your own store */
  store: CheckpointStore;
  /**
   * Default: each epoch, and each ten minutes. A checkpoint is also written at the end of the run and at each best
   * validation.
   */
  every?: (Interval & { minutes?: number | undefined }) | undefined;
  /** How many of the newest checkpoints are kept. When one is damaged, a run resumes from the one before. Default 3 */
  keepLast?: number | undefined;
  /** How many checkpoints with the best validations are kept. Default 1 */
  keepBest?: number | undefined;
  /**
   * Whether the run continues from the newest checkpoint, if there is one. If false, the store must be empty. Default
   * true
   */
  resume?: boolean | undefined;
}

export const checkpointsKinds = {
  store: storeKind,
  every: intervalOf('steps', 'epochs', 'minutes'),
  keepLast: kind.whole(1),
  keepBest: kind.whole(0),
  resume: kind.flag,
};

/** Writes a run's checkpoints when they are due, and removes checkpoints that are no longer kept. */
export class CheckpointsOfRun {
  readonly #options: CheckpointsOptions;
  readonly #monitored: Monitored;
  #lastTime = performance.now();
  /** The name of the newest checkpoint */
  newest: string | undefined;

  constructor(options: CheckpointsOptions, monitored: Monitored) {
    this.#options = options;
    this.#monitored = monitored;
  }

  get location(): string {
    return this.#options.store.location;
  }

  /** The newest checkpoint and its location, if the store outlives the program. */
  get lasting(): { readonly name: string; readonly location: string } | undefined {
    const { lasting = true, location } = this.#options.store;
    return lasting && this.newest !== undefined ? { name: this.newest, location } : undefined;
  }

  /**
   * Finds the checkpoint to resume from, and the faults of newer ones.
   *
   * @throws ArgumentError when the run must not resume and the store has checkpoints
   */
  async toResume(): Promise<{ checkpoint: Checkpoint; warnings: string[] } | undefined> {
    const { store, resume = true } = this.#options;
    if (!resume) {
      const [name] = await checkpointNames(store);
      if (name === undefined) return undefined;
      throw new ArgumentError('Trainer', 'checkpoints', undefined, {
        sentence: `resume is false, and ${store.location} has the checkpoint '${name}'; expected an empty store`,
      });
    }
    const latest = await latestCheckpoint(store);
    if (!latest) return undefined;
    this.newest = latest.checkpoint.name;
    return { checkpoint: latest.checkpoint, warnings: latest.damaged.map(({ reason }) => reason) };
  }

  /** @param best whether the last validation was the best */
  isDue(count: Count, best: boolean): boolean {
    const { every = { epochs: 1, minutes: 10 }, keepBest = 1 } = this.#options;
    const minutes = (performance.now() - this.#lastTime) / 60_000;
    return (
      (best && keepBest > 0) ||
      comesRound(every, count) ||
      minutes >= (every.minutes ?? Number.POSITIVE_INFINITY)
    );
  }

  /** @param metrics the figures of the current weights; empty when they were not validated */
  async write(
    parts: TrainingParts,
    progress: RunProgress,
    metrics: Readonly<Record<string, number>>,
  ): Promise<string> {
    const { store, keepLast, keepBest = 1 } = this.#options;
    this.newest = await writeCheckpoint(store, await contentOf(parts, progress, metrics));
    this.#lastTime = performance.now();
    await removeUnkept(store, { last: keepLast, best: keepBest, ...this.#by() }, this.newest);
    return this.newest;
  }

  /** The undamaged checkpoint with the best validation, its monitored value, and the faults of better ones. */
  async best(): Promise<{ best?: Checkpoint & { readonly value: number }; warnings: string[] }> {
    const { store } = this.#options;
    const { metric, mode } = this.#by();
    const warnings: string[] = [];
    for (const { name } of bestFirst((await summaries(store)).checkpoints, { metric, mode })) {
      try {
        const best = await readCheckpoint(store, name);
        return { best: { ...best, value: best.metrics[metric]! }, warnings };
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        warnings.push(error.message);
      }
    }
    return { warnings };
  }

  #by(): { metric: string; mode: 'min' | 'max' } {
    const { value = 'loss', mode = 'min' } = this.#monitored;
    return { metric: value, mode };
  }
}
