import type { LRScheduler, Schedule, SchedulerStateDict } from './lr-scheduler.ts';

/**
 * Schedules that act together, as `torch.optim.lr_scheduler.ChainedScheduler`: each changes the rate that the one before it
 * left, so that a warm-up and a decay multiply.
 */
export class ChainedScheduler implements Schedule {
  readonly #schedulers: readonly LRScheduler[];
  #lastLr: readonly number[];

  /** @throws where there is no schedule, or they are not all made for one optimizer */
  constructor(schedulers: readonly LRScheduler[]) {
    const [first] = schedulers;
    if (!first) throw new Error('ChainedScheduler: schedulers is an empty list; expected at least one');
    schedulers.forEach((scheduler, i) => {
      if (scheduler.optimizer !== first.optimizer) {
        throw new Error(
          `ChainedScheduler: schedulers[${i}] was made for another optimizer than schedulers[0]`,
        );
      }
    });
    this.#schedulers = schedulers;
    this.#lastLr = this.#currentLr();
  }

  step(): void {
    for (const scheduler of this.#schedulers) scheduler.step();
    this.#lastLr = this.#currentLr();
  }

  #currentLr(): readonly number[] {
    return this.#schedulers[0]!.optimizer.paramGroups.map(({ lr }) => lr);
  }

  getLastLr(): readonly number[] {
    return this.#lastLr;
  }

  stateDict(): SchedulerStateDict {
    return {
      _last_lr: [...this.#lastLr],
      _schedulers: this.#schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }

  /** @throws where the state is of another number of schedules */
  loadStateDict(stateDict: SchedulerStateDict): void {
    const { _schedulers, _last_lr } = stateDict as {
      _schedulers?: readonly SchedulerStateDict[];
      _last_lr: readonly number[];
    };
    if (_schedulers?.length !== this.#schedulers.length) {
      throw new Error(
        `ChainedScheduler.loadStateDict: _schedulers has ${_schedulers?.length} states; expected ${this.#schedulers.length}`,
      );
    }
    this.#schedulers.forEach((scheduler, i) => {
      scheduler.loadStateDict(_schedulers[i]!);
    });
    this.#lastLr = _last_lr;
  }
}
