import type { LRScheduler, Schedule, SchedulerStateDict } from './lr-scheduler.ts';
import type { Scheduled } from './scheduled.ts';

export interface SequentialLROptions {
  /** At least one, in their order, all made for the same optimizer */
  schedulers: readonly LRScheduler[];
  /** The epochs at which the next one takes over, rising: one fewer than schedules */
  milestones: readonly number[];
}

/**
 * One schedule after another, as `torch.optim.lr_scheduler.SequentialLR`: a warm-up, then a decay. Each starts over from the
 * initial rate at its milestone.
 */
export class SequentialLR implements Schedule {
  readonly optimizer: Scheduled;
  lastEpoch = 0;
  readonly #schedulers: readonly LRScheduler[];
  #milestones: readonly number[];
  #lastLr: readonly number[];

  /** @throws where a schedule is another optimizer's, or the number of milestones does not fit */
  constructor(optimizer: Scheduled, { schedulers, milestones }: SequentialLROptions) {
    const [first] = schedulers;
    if (!first) throw new Error('SequentialLR: schedulers is an empty list; expected at least one');
    schedulers.forEach((scheduler, i) => {
      if (scheduler.optimizer !== optimizer) {
        throw new Error(`SequentialLR: schedulers[${i}] was made for another optimizer`);
      }
    });
    if (milestones.length !== schedulers.length - 1) {
      throw new Error(
        `SequentialLR: there are ${milestones.length} milestones; expected ${schedulers.length - 1} for ${schedulers.length} schedules`,
      );
    }
    this.optimizer = optimizer;
    this.#schedulers = schedulers;
    this.#milestones = milestones;
    // Each schedule took its first step when it was made: undo them, and let the first begin again.
    for (const group of optimizer.paramGroups) group.lr = group.initialLr!;
    for (const scheduler of schedulers) scheduler.lastEpoch--;
    first.begin();
    this.#lastLr = first.getLastLr();
  }

  step(): void {
    this.lastEpoch++;
    const index = this.#milestones.filter((milestone) => milestone <= this.lastEpoch).length;
    const scheduler = this.#schedulers[index]!;
    if (index > 0 && this.#milestones[index - 1] === this.lastEpoch) scheduler.stepTo(0);
    else scheduler.step();
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

  /** @throws where the state is of another number of schedules */
  loadStateDict(stateDict: SchedulerStateDict): void {
    const { _schedulers, _milestones, last_epoch, _last_lr } = stateDict as {
      _schedulers: readonly SchedulerStateDict[];
      _milestones: readonly number[];
      last_epoch: number;
      _last_lr: readonly number[];
    };
    if (_schedulers?.length !== this.#schedulers.length) {
      throw new Error(
        `SequentialLR.loadStateDict: _schedulers has ${_schedulers?.length} states; expected ${this.#schedulers.length}`,
      );
    }
    this.#schedulers.forEach((scheduler, i) => {
      scheduler.loadStateDict(_schedulers[i]!);
    });
    this.#milestones = _milestones;
    this.lastEpoch = last_epoch;
    this.#lastLr = _last_lr;
  }
}
