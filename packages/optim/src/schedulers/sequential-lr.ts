import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { LRScheduler } from './lr-scheduler.ts';
import { SavedSchedule } from './saved-schedule.ts';
import type { Schedule, SchedulerStateDict } from './schedule.ts';
import type { Scheduled } from './scheduled.ts';

export interface SequentialLROptions {
  /** At least one schedule, in order, all made for the same optimizer */
  schedulers: readonly LRScheduler[];
  /** The rising epochs at which the next schedule takes over; one fewer than schedules */
  milestones: readonly number[];
}

const rising: kind.Kind = {
  expected: 'whole numbers that rise',
  fits: (value) =>
    kind.listOf(kind.whole(0)).fits(value) &&
    (value as readonly number[]).every((epoch, i, all) => i === 0 || all[i - 1]! <= epoch),
};

const kinds = {
  schedulers: kind.required(
    kind.listOf({ expected: 'a schedule', fits: isSchedule }, 'an array of schedules'),
  ),
  milestones: kind.required(rising),
};

/**
 * One schedule after another, as `torch.optim.lr_scheduler.SequentialLR`, for instance a warm-up and then a decay.
 * Each schedule starts from the initial rate at its milestone.
 */
export class SequentialLR implements Schedule {
  readonly optimizer: Scheduled;
  lastEpoch = 0;
  readonly #schedulers: readonly LRScheduler[];
  #milestones: readonly number[];
  #lastLr: readonly number[];

  /**
   * @throws where a schedule was made for another optimizer, the number of milestones does not fit, or a group was
   *   added after the schedules were made
   */
  constructor(optimizer: Scheduled, options: SequentialLROptions) {
    const { schedulers, milestones } = checkOptions('SequentialLR', options, kinds);
    const [first] = schedulers;
    if (!first)
      throw new ArgumentError('SequentialLR', 'schedulers', 'is an empty list; expected at least one');
    schedulers.forEach((scheduler, i) => {
      if (scheduler.optimizer !== optimizer) {
        throw new Error(`SequentialLR: schedulers[${i}] was made for another optimizer`);
      }
    });
    if (milestones.length !== schedulers.length - 1) {
      throw new ArgumentError('SequentialLR', 'milestones', undefined, {
        sentence: `there are ${milestones.length} milestones; expected ${schedulers.length - 1} for ${schedulers.length} schedules`,
      });
    }
    const initialLrs = optimizer.paramGroups.map(({ notes }, i) => {
      if (notes?.initialLr !== undefined) return notes.initialLr;
      throw new Error(
        `SequentialLR: paramGroups[${i}] was added after the schedules were made; it has no initialLr to begin from`,
      );
    });
    this.optimizer = optimizer;
    this.#schedulers = [...schedulers];
    this.#milestones = [...milestones];
    // Each schedule took its first step when it was made. Undo these steps, and let the first schedule begin again.
    optimizer.paramGroups.forEach((group, i) => {
      group.lr = initialLrs[i]!;
    });
    for (const scheduler of schedulers) scheduler.lastEpoch--;
    first.begin();
    this.#lastLr = first.getLastLr();
  }

  step(): void {
    const epoch = this.lastEpoch + 1;
    const index = this.#milestones.filter((milestone) => milestone <= epoch).length;
    const scheduler = this.#schedulers[index]!;
    if (index > 0 && this.#milestones[index - 1] === epoch) scheduler.stepTo(0);
    else scheduler.step();
    this.lastEpoch = epoch;
    this.#lastLr = scheduler.getLastLr();
  }

  getLastLr(): readonly number[] {
    return this.#lastLr;
  }

  stateDict(): SchedulerStateDict {
    return {
      _milestones: [...this.#milestones],
      last_epoch: this.lastEpoch,
      _last_lr: [...this.#lastLr],
      _schedulers: this.#schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }

  /** @throws where the state has another number of schedules, or the state of one does not fit */
  loadStateDict(stateDict: SchedulerStateDict): void {
    this.checkStateDict(stateDict)();
  }

  checkStateDict(stateDict: SchedulerStateDict): () => void {
    const saved = new SavedSchedule('SequentialLR', stateDict);
    const load = saved.readSchedules(this.#schedulers);
    const count = this.#schedulers.length - 1;
    const milestones = saved.read<readonly number[]>('_milestones', {
      expected: `${count} ${rising.expected}`,
      fits: (value) => rising.fits(value) && (value as []).length === count,
    });
    const lastEpoch = saved.read<number>('last_epoch', kind.whole(0));
    const lastLr = saved.readRates('_last_lr', this.optimizer, this.#lastLr);
    return () => {
      load();
      this.#milestones = [...milestones];
      this.lastEpoch = lastEpoch;
      this.#lastLr = lastLr;
    };
  }
}

function isSchedule(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'optimizer' in value && 'stepTo' in value;
}
