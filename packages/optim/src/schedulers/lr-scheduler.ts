import { type SavedOption, snakeCase } from '../saved-state.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

/** A schedule's state under PyTorch's keys: plain data that survives JSON. */
export type SchedulerStateDict = Readonly<Record<string, SavedValue>>;

export type SavedValue = SavedOption | string | readonly SchedulerStateDict[];

/** What all schedules do. */
export interface Schedule {
  /** Sets the rates of the next step or epoch; call it after the optimizer's. */
  step(): void;
  /** The rates that were set last, by group. */
  getLastLr(): readonly number[];
  stateDict(): SchedulerStateDict;
  loadStateDict(stateDict: SchedulerStateDict): void;
}

export interface ResumeOptions {
  /** The epoch to resume after; −1, the default, starts anew from the groups' rates. */
  lastEpoch?: number;
}

/**
 * The base of schedules, as PyTorch's `LRScheduler`: a schedule sets its first rates when it is made, and computes each next
 * one from the one before, so that rates which others change in between, another schedule for instance, stay changed.
 */
export abstract class LRScheduler<Options extends object = object> implements Schedule {
  readonly optimizer: Scheduled;
  /** The schedule's own options and variables. */
  protected readonly options: Options;
  /** The rates that the schedule started from, by group. */
  baseLrs: readonly number[];
  lastEpoch: number;
  protected stepCount = 0;
  #lastLr: readonly number[] = [];

  /** @throws where `lastEpoch` resumes an optimizer whose groups have no `initialLr` */
  constructor(optimizer: Scheduled, options: Options, lastEpoch = -1) {
    this.optimizer = optimizer;
    this.options = options;
    this.lastEpoch = lastEpoch;
    this.baseLrs = optimizer.paramGroups.map((group, i) => {
      if (lastEpoch === -1) group.initialLr ??= group.lr;
      if (group.initialLr === undefined) {
        throw new Error(
          `${this.constructor.name}: lastEpoch is ${lastEpoch}, but paramGroups[${i}] has no initialLr to resume from`,
        );
      }
      return group.initialLr;
    });
    this.begin();
  }

  /** The group's next rate, from its present one and `lastEpoch`. */
  protected abstract nextLr(group: ScheduledGroup, baseLr: number, index: number): number;

  /** The rate at `lastEpoch` by itself; where a schedule has no closed form, the next one. */
  protected closedLr(group: ScheduledGroup, baseLr: number, index: number): number {
    return this.nextLr(group, baseLr, index);
  }

  /** Takes the first step; `SequentialLR` begins its first schedule a second time. */
  begin(): void {
    this.stepCount = 0;
    this.step();
  }

  step(): void {
    this.lastEpoch++;
    this.#set((group, baseLr, i) => this.nextLr(group, baseLr, i));
  }

  /** Goes to an epoch, by the closed form where there is one: PyTorch's `step(epoch)`. */
  stepTo(epoch: number): void {
    this.lastEpoch = epoch;
    this.#set((group, baseLr, i) => this.closedLr(group, baseLr, i));
  }

  #set(rate: (group: ScheduledGroup, baseLr: number, index: number) => number): void {
    this.stepCount++;
    const { paramGroups } = this.optimizer;
    const rates = this.baseLrs.map((baseLr, i) => rate(paramGroups[i]!, baseLr, i));
    rates.forEach((lr, i) => {
      paramGroups[i]!.lr = lr;
    });
    this.#lastLr = paramGroups.map((group) => group.lr);
  }

  getLastLr(): readonly number[] {
    return this.#lastLr;
  }

  /** Under PyTorch's keys; functions are not saved. Save the optimizer's state too: the present rates are there. */
  stateDict(): SchedulerStateDict {
    const options = Object.entries(this.options).filter(([, value]) => isPlain(value));
    return {
      ...Object.fromEntries(options.map(([name, value]) => [savedName(name), value])),
      base_lrs: [...this.baseLrs],
      last_epoch: this.lastEpoch,
      _step_count: this.stepCount,
      _last_lr: [...this.#lastLr],
    };
  }

  /** @throws where the state has rates for another number of groups */
  loadStateDict(stateDict: SchedulerStateDict): void {
    const { base_lrs, last_epoch, _step_count, _last_lr } = stateDict as Record<string, unknown>;
    const groups = this.optimizer.paramGroups.length;
    if (!Array.isArray(base_lrs) || base_lrs.length !== groups || typeof last_epoch !== 'number') {
      throw new Error(
        `${this.constructor.name}.loadStateDict: base_lrs is ${JSON.stringify(base_lrs)} and last_epoch ` +
          `${JSON.stringify(last_epoch)}; expected ${groups} rates and a number`,
      );
    }
    this.baseLrs = base_lrs as number[];
    this.lastEpoch = last_epoch;
    if (typeof _step_count === 'number') this.stepCount = _step_count;
    if (Array.isArray(_last_lr)) this.#lastLr = _last_lr as number[];
    for (const [name, value] of Object.entries(this.options)) {
      const saved = stateDict[savedName(name)];
      if (isPlain(value) && saved !== undefined) Object.assign(this.options, { [name]: saved });
    }
  }
}

/** PyTorch writes these with a capital. */
const capitalised: Readonly<Record<string, string>> = {
  tMax: 'T_max',
  t0: 'T_0',
  tMult: 'T_mult',
  tI: 'T_i',
  tCur: 'T_cur',
};

const savedName = (name: string): string => capitalised[name] ?? snakeCase(name);

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((element) => typeof element === 'number');
  return ['number', 'boolean', 'string'].includes(typeof value);
}
