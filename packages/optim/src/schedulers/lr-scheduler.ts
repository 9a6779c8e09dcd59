import { checkOptions, checkValue, kind, type OptionKinds } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { kindLike, SavedSchedule, savedName } from './saved-schedule.ts';
import type { Schedule, SchedulerStateDict } from './schedule.ts';
import { checkScheduled, note, type Scheduled, type ScheduledGroup } from './scheduled.ts';

export interface ResumeOptions {
  /** The epoch to resume after; −1, the default, starts anew from the groups' rates. */
  lastEpoch?: number;
}

/** The kinds of `ResumeOptions`. */
export const resumeKinds = { lastEpoch: kind.whole(-1) };

/**
 * The base of schedules, as PyTorch's `LRScheduler`. A schedule sets its first rates when it is made. It computes
 * each next rate from the present one, so changes by others, such as another schedule, stay.
 *
 * A group that is added to the optimizer later has no base rate. Schedules that compute from the present rate move
 * such a group. Schedules that compute from the base rate leave it alone.
 */
export abstract class LRScheduler<Options extends object = object> implements Schedule {
  readonly optimizer: Scheduled;
  /** The schedule's own options and variables. */
  protected readonly options: Options;
  /** The rates that the schedule started from, by group. */
  baseLrs: readonly number[];
  lastEpoch: number;
  protected stepCount = 0;
  readonly #kinds: OptionKinds<Options> | undefined;
  #lastLr: readonly number[] = [];

  /**
   * @param kinds the kinds of `options`, to check a state that is loaded
   * @throws where `lastEpoch` resumes an optimizer whose groups have no `initialLr`
   */
  constructor(optimizer: Scheduled, options: Options, lastEpoch = -1, kinds?: OptionKinds<Options>) {
    const { name } = this.constructor;
    checkScheduled(name, optimizer);
    this.#kinds = kinds;
    checkValue(name, 'lastEpoch', lastEpoch, resumeKinds.lastEpoch);
    this.optimizer = optimizer;
    this.options = options;
    this.lastEpoch = lastEpoch;
    const fresh = optimizer.paramGroups.filter(({ notes }) => notes?.initialLr === undefined);
    if (lastEpoch !== -1 && fresh[0]) {
      const index = optimizer.paramGroups.indexOf(fresh[0]);
      throw new ArgumentError(
        name,
        'lastEpoch',
        `is ${lastEpoch}, but paramGroups[${index}] has no initialLr to resume from`,
      );
    }
    this.baseLrs = optimizer.paramGroups.map((group) => {
      const initialLr = group.notes?.initialLr ?? group.lr;
      note(group, { initialLr });
      return initialLr;
    });
    try {
      this.begin();
    } catch (error) {
      for (const group of fresh) delete group.notes!.initialLr;
      throw error;
    }
  }

  /** The group's next rate, from its present one and `lastEpoch`; `baseLr` is undefined for a group that was added later. */
  protected abstract nextLr(group: ScheduledGroup, baseLr: number | undefined, index: number): number;

  /** The group's next momentum (or `betas[0]`), for schedules that change momentum. */
  protected nextMomentum?(group: ScheduledGroup, index: number): number | undefined;

  /** The rate at `lastEpoch` in closed form, for schedules that have one. */
  protected closedLr?(baseLr: number): number;

  /** Takes the first step; `SequentialLR` begins its first schedule a second time. */
  begin(): void {
    this.stepCount = 0;
    this.step();
  }

  step(): void {
    this.#moveTo(this.lastEpoch + 1, 'step', (group, baseLr, i) => this.nextLr(group, baseLr, i));
  }

  /** Goes to an epoch, by the closed form where there is one: PyTorch's `step(epoch)`. */
  stepTo(epoch: number): void {
    const { name } = this.constructor;
    if (!(Number.isFinite(epoch) && epoch >= 0)) {
      throw new Error(`${name}.stepTo: epoch is ${epoch}; expected a number of at least 0`);
    }
    this.#moveTo(epoch, 'stepTo', (group, baseLr, i) => {
      if (!this.closedLr) return this.nextLr(group, baseLr, i);
      return baseLr === undefined ? group.lr : this.closedLr(baseLr);
    });
  }

  /** Computes everything before it assigns. A step that fails leaves the epoch and all groups as they were. */
  #moveTo(
    epoch: number,
    method: string,
    rate: (group: ScheduledGroup, baseLr: number | undefined, index: number) => number,
  ): void {
    const { paramGroups } = this.optimizer;
    const before = { lastEpoch: this.lastEpoch, stepCount: this.stepCount };
    this.lastEpoch = epoch;
    this.stepCount++;
    let rates: number[];
    let momenta: (number | undefined)[];
    try {
      rates = paramGroups.map((group, i) => this.#finite(rate(group, this.baseLrs[i], i), i, method));
      momenta = paramGroups.map((group, i) => this.nextMomentum?.(group, i));
    } catch (error) {
      Object.assign(this, before);
      throw error;
    }
    paramGroups.forEach((group, i) => {
      group.lr = rates[i]!;
      const momentum = momenta[i];
      if (momentum === undefined) return;
      if (group.betas) group.betas = [momentum, group.betas[1]];
      else group.momentum = momentum;
    });
    this.#lastLr = rates;
  }

  #finite(lr: number, index: number, method: string): number {
    if (Number.isFinite(lr)) return lr;
    throw new Error(
      `${this.constructor.name}.${method}: the rate of paramGroups[${index}] at epoch ${this.lastEpoch} is ${lr}; ` +
        'expected a finite number',
    );
  }

  getLastLr(): readonly number[] {
    return this.#lastLr;
  }

  /**
   * The state under PyTorch's keys, without functions. Save the optimizer's state too, because it holds the present
   * rates.
   */
  stateDict(): SchedulerStateDict {
    const options = Object.entries(this.options).filter(([, value]) => kindLike(value));
    return {
      ...Object.fromEntries(options.map(([name, value]) => [savedName(name), value])),
      base_lrs: [...this.baseLrs],
      last_epoch: this.lastEpoch,
      _step_count: this.stepCount,
      _last_lr: [...this.#lastLr],
    };
  }

  /** @throws where a value is not of its kind, or there are rates for more groups than the optimizer has */
  loadStateDict(stateDict: SchedulerStateDict): void {
    this.checkStateDict(stateDict)();
  }

  checkStateDict(stateDict: SchedulerStateDict): () => void {
    const saved = new SavedSchedule(this.constructor.name, stateDict);
    const baseLrs = saved.readRates('base_lrs', this.optimizer);
    const lastEpoch = saved.read<number>('last_epoch', kind.atLeast(-1));
    const stepCount = saved.read('_step_count', kind.whole(0), this.stepCount);
    const lastLr = saved.readRates('_last_lr', this.optimizer, this.#lastLr);
    const options = saved.readOptions(this.options);
    if (this.#kinds) checkOptions(`${this.constructor.name}.loadStateDict`, options, this.#kinds);
    return () => {
      this.baseLrs = baseLrs;
      this.lastEpoch = lastEpoch;
      this.stepCount = stepCount;
      this.#lastLr = lastLr;
      Object.assign(this.options, options);
    };
  }
}
