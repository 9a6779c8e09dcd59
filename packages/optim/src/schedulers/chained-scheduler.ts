import { checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { SavedSchedule } from './saved-schedule.ts';
import type { Schedule, SchedulerStateDict } from './schedule.ts';
import { ratesOf, type Scheduled } from './scheduled.ts';

const schedulesKind = kind.required(
  kind.listOf(
    {
      expected: 'a schedule',
      fits: (value) => typeof (value as Partial<Schedule> | null)?.checkStateDict === 'function',
    },
    'an array of schedules',
  ),
);

/**
 * Schedules that act together, as `torch.optim.lr_scheduler.ChainedScheduler`. Each schedule changes the rate that
 * the previous one set, so a warm-up and a decay multiply.
 */
export class ChainedScheduler implements Schedule {
  readonly optimizer: Scheduled;
  readonly #schedulers: readonly Schedule[];
  #lastLr: readonly number[];

  /** @throws where there is no schedule, or not all were made for one optimizer */
  constructor(schedulers: readonly Schedule[]) {
    checkValue('ChainedScheduler', 'schedulers', schedulers, schedulesKind);
    const [first] = schedulers;
    if (!first)
      throw new ArgumentError('ChainedScheduler', 'schedulers', 'is an empty list; expected at least one');
    schedulers.forEach((scheduler, i) => {
      if (scheduler.optimizer !== first.optimizer) {
        throw new Error(
          `ChainedScheduler: schedulers[${i}] was made for another optimizer than schedulers[0]`,
        );
      }
    });
    this.optimizer = first.optimizer;
    this.#schedulers = [...schedulers];
    this.#lastLr = ratesOf(first.optimizer);
  }

  /** Where one schedule's step fails, all schedules stay as they were. */
  step(): void {
    const undo = this.#schedulers.map((scheduler) => scheduler.checkStateDict(scheduler.stateDict()));
    const groups = this.optimizer.paramGroups.map((group) => ({ ...group }));
    try {
      for (const scheduler of this.#schedulers) scheduler.step();
    } catch (error) {
      for (const restore of undo) restore();
      this.optimizer.paramGroups.forEach((group, i) => {
        Object.assign(group, groups[i]);
      });
      throw error;
    }
    this.#lastLr = ratesOf(this.optimizer);
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

  /** @throws where the state has another number of schedules, or the state of one does not fit */
  loadStateDict(stateDict: SchedulerStateDict): void {
    this.checkStateDict(stateDict)();
  }

  checkStateDict(stateDict: SchedulerStateDict): () => void {
    const saved = new SavedSchedule('ChainedScheduler', stateDict);
    const load = saved.readSchedules(this.#schedulers);
    const lastLr = saved.readRates('_last_lr', this.optimizer, this.#lastLr);
    return () => {
      load();
      this.#lastLr = lastLr;
    };
  }
}
