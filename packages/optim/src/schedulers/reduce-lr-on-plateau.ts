import { snakeCase } from '../saved-state.ts';
import type { SchedulerStateDict } from './lr-scheduler.ts';
import type { Scheduled } from './scheduled.ts';

export interface ReduceLROnPlateauOptions {
  /** Whether a smaller or a larger metric is better. Default 'min'. */
  mode?: 'min' | 'max';
  /** Below 1. Default 0.1. */
  factor?: number;
  /** Bad epochs that are let pass: 2 drops the rate at the third. Default 10. */
  patience?: number;
  /** By how much a metric must be better to count as better. Default 1e-4. */
  threshold?: number;
  /** Whether the threshold is a part of the best metric or a difference. Default 'rel'. */
  thresholdMode?: 'rel' | 'abs';
  /** Epochs after a drop in which no bad one is counted. Default 0. */
  cooldown?: number;
  /** The lowest rate, for all groups or for each. Default 0. */
  minLr?: number | readonly number[];
  /** A drop by no more than this is not made. Default 1e-8. */
  eps?: number;
}

/** Lowers the rate when a metric no longer improves, as `torch.optim.lr_scheduler.ReduceLROnPlateau`. */
export class ReduceLROnPlateau {
  readonly optimizer: Scheduled;
  readonly #options: Required<Omit<ReduceLROnPlateauOptions, 'minLr'>>;
  #minLrs: readonly number[];
  #best: number;
  #numBadEpochs = 0;
  #cooldownCounter = 0;
  #lastLr: readonly number[];
  lastEpoch = 0;

  /** @throws where `factor` is not below 1, a mode is unknown, or `minLr` has not one value a group */
  constructor(optimizer: Scheduled, { minLr = 0, ...options }: ReduceLROnPlateauOptions = {}) {
    this.#options = {
      mode: 'min',
      factor: 0.1,
      patience: 10,
      threshold: 1e-4,
      thresholdMode: 'rel',
      cooldown: 0,
      eps: 1e-8,
      ...options,
    };
    const { factor, mode, thresholdMode } = this.#options;
    const groups = optimizer.paramGroups.length;
    if (!(factor < 1)) throw new Error(`ReduceLROnPlateau: factor is ${factor}; expected a number below 1`);
    if (mode !== 'min' && mode !== 'max') {
      throw new Error(`ReduceLROnPlateau: mode is '${mode}'; expected 'min' or 'max'`);
    }
    if (thresholdMode !== 'rel' && thresholdMode !== 'abs') {
      throw new Error(`ReduceLROnPlateau: thresholdMode is '${thresholdMode}'; expected 'rel' or 'abs'`);
    }
    this.#minLrs = typeof minLr === 'number' ? new Array<number>(groups).fill(minLr) : [...minLr];
    if (this.#minLrs.length !== groups) {
      throw new Error(
        `ReduceLROnPlateau: minLr has ${this.#minLrs.length} values; the optimizer has ${groups} groups`,
      );
    }
    this.optimizer = optimizer;
    this.#best = mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.#lastLr = optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** @param metric what is watched, for instance the loss on held-out data after the epoch */
  step(metric: number): void {
    const { patience, cooldown } = this.#options;
    this.lastEpoch++;
    if (this.#isBetter(metric)) {
      this.#best = metric;
      this.#numBadEpochs = 0;
    } else {
      this.#numBadEpochs++;
    }
    if (this.#cooldownCounter > 0) {
      this.#cooldownCounter--;
      this.#numBadEpochs = 0;
    }
    if (this.#numBadEpochs > patience) {
      this.#reduce();
      this.#cooldownCounter = cooldown;
      this.#numBadEpochs = 0;
    }
    this.#lastLr = this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.#options;
    const sign = mode === 'min' ? -1 : 1;
    const bound =
      thresholdMode === 'rel' ? this.#best * (1 + sign * threshold) : this.#best + sign * threshold;
    return mode === 'min' ? metric < bound : metric > bound;
  }

  #reduce(): void {
    const { factor, eps } = this.#options;
    this.optimizer.paramGroups.forEach((group, i) => {
      const lowered = Math.max(group.lr * factor, this.#minLrs[i]!);
      if (group.lr - lowered > eps) group.lr = lowered;
    });
  }

  getLastLr(): readonly number[] {
    return this.#lastLr;
  }

  /** Under PyTorch's keys. */
  stateDict(): SchedulerStateDict {
    const options = Object.entries(this.#options).map(([name, value]) => [snakeCase(name), value]);
    return {
      ...Object.fromEntries(options),
      min_lrs: [...this.#minLrs],
      best: this.#best,
      num_bad_epochs: this.#numBadEpochs,
      cooldown_counter: this.#cooldownCounter,
      last_epoch: this.lastEpoch,
      _last_lr: [...this.#lastLr],
    };
  }

  /** A `best` of null, which is what JSON makes of an infinite one, stands for none yet. */
  loadStateDict(stateDict: SchedulerStateDict): void {
    for (const name of Object.keys(this.#options)) {
      const saved = stateDict[snakeCase(name)];
      if (saved !== undefined) Object.assign(this.#options, { [name]: saved });
    }
    const saved = stateDict as Record<string, number> & {
      best: number | null;
      min_lrs?: number[];
      _last_lr?: number[];
    };
    const none = this.#options.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.#best = saved.best ?? none;
    this.#numBadEpochs = saved.num_bad_epochs ?? 0;
    this.#cooldownCounter = saved.cooldown_counter ?? 0;
    this.lastEpoch = saved.last_epoch ?? 0;
    this.#minLrs = saved.min_lrs ?? this.#minLrs;
    this.#lastLr = saved._last_lr ?? this.optimizer.paramGroups.map(({ lr }) => lr);
  }
}
