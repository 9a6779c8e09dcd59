import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { snakeCase } from '../saved-state.ts';
import { SavedSchedule } from './saved-schedule.ts';
import type { SchedulerStateDict } from './schedule.ts';
import { checkScheduled, ratesOf, type Scheduled } from './scheduled.ts';

export interface ReduceLROnPlateauOptions {
  /** Whether a smaller or a larger metric is better. Default 'min'. */
  mode?: 'min' | 'max' | undefined;
  /** Below 1. Default 0.1. */
  factor?: number | undefined;
  /** Bad epochs to tolerate: with 2, the rate drops at the third. Default 10. */
  patience?: number | undefined;
  /** By how much a metric must be better to count as better. Default 1e-4. */
  threshold?: number | undefined;
  /** Whether the threshold is relative to the best metric or a difference. Default 'rel'. */
  thresholdMode?: 'rel' | 'abs' | undefined;
  /** Epochs after a drop in which bad epochs are not counted. Default 0. */
  cooldown?: number | undefined;
  /**
   * The lowest rate: one for all groups, including those that are added later, or one for each present group.
   * Default 0.
   */
  minLr?: number | readonly number[] | undefined;
  /** Drops that are no larger than this are skipped. Default 1e-8. */
  eps?: number | undefined;
}

type Rule = {
  -readonly [Name in Exclude<keyof ReduceLROnPlateauOptions, 'minLr'>]-?: NonNullable<
    ReduceLROnPlateauOptions[Name]
  >;
};

const ruleKinds = {
  mode: kind.choice('min', 'max'),
  factor: kind.below(1),
  patience: kind.number,
  threshold: kind.number,
  thresholdMode: kind.choice('rel', 'abs'),
  cooldown: kind.number,
  eps: kind.number,
};

const kinds = { ...ruleKinds, minLr: kind.eachGroup(kind.number) };

/** The state of watching the metric. */
interface Watch {
  readonly best: number;
  readonly numBadEpochs: number;
  readonly cooldownCounter: number;
}

/** Lowers the rate when a metric no longer improves, as `torch.optim.lr_scheduler.ReduceLROnPlateau`. */
export class ReduceLROnPlateau {
  readonly optimizer: Scheduled;
  readonly #rule: Rule;
  /** The lowest rate by group. */
  #minLrs: readonly number[];
  /** The lowest rate of groups that are added later; undefined where each group was given its own. */
  #defaultMinLr: number | undefined;
  #watch: Watch;
  #lastLr: readonly number[];
  lastEpoch = 0;

  /** @throws where `factor` is not below 1, a mode is unknown, or `minLr` does not have one value per group */
  constructor(optimizer: Scheduled, options: ReduceLROnPlateauOptions = {}) {
    checkScheduled('ReduceLROnPlateau', optimizer);
    const { minLr = 0, ...rule } = checkOptions('ReduceLROnPlateau', options, kinds);
    this.#rule = {
      mode: 'min',
      factor: 0.1,
      patience: 10,
      threshold: 1e-4,
      thresholdMode: 'rel',
      cooldown: 0,
      eps: 1e-8,
      ...(rule as Partial<Rule>),
    };
    const groups = optimizer.paramGroups.length;
    this.#defaultMinLr = typeof minLr === 'number' ? minLr : undefined;
    this.#minLrs = typeof minLr === 'number' ? new Array<number>(groups).fill(minLr) : [...minLr];
    if (this.#minLrs.length !== groups) {
      throw new ArgumentError(
        'ReduceLROnPlateau',
        'minLr',
        `has ${this.#minLrs.length} values; the optimizer has ${groups} groups`,
      );
    }
    this.optimizer = optimizer;
    this.#watch = { best: worst(this.#rule.mode), numBadEpochs: 0, cooldownCounter: 0 };
    this.#lastLr = ratesOf(optimizer);
  }

  /**
   * @param metric the value to watch, for instance the loss on held-out data after the epoch; NaN is no improvement
   * @throws where the metric is not a number, and where a later added group's rate is to drop but `minLr` was given
   *   per group
   */
  step(metric: number): void {
    checkValue('ReduceLROnPlateau.step', 'metric', metric, numberOrNaN);
    const { patience, cooldown } = this.#rule;
    const isBetter = this.#isBetter(metric);
    const cooling = this.#watch.cooldownCounter > 0;
    const bad = isBetter || cooling ? 0 : this.#watch.numBadEpochs + 1;
    const drops = bad > patience;
    if (drops) this.#reduce();
    this.#watch = {
      best: isBetter ? metric : this.#watch.best,
      numBadEpochs: drops ? 0 : bad,
      cooldownCounter: drops ? cooldown : this.#watch.cooldownCounter - (cooling ? 1 : 0),
    };
    this.lastEpoch++;
    this.#lastLr = ratesOf(this.optimizer);
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.#rule;
    const { best } = this.#watch;
    const sign = mode === 'min' ? -1 : 1;
    const bound = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
    return mode === 'min' ? metric < bound : metric > bound;
  }

  #reduce(): void {
    const { factor, eps } = this.#rule;
    const { paramGroups } = this.optimizer;
    const minLrs = paramGroups.map((_, i) => this.#minLrs[i] ?? this.#defaultMinLr);
    const without = minLrs.indexOf(undefined);
    if (without >= 0) {
      throw new ArgumentError(
        'ReduceLROnPlateau.step',
        'minLr',
        `has ${this.#minLrs.length} values; paramGroups[${without}] was added since: ` +
          'give one minLr for all groups',
      );
    }
    this.#minLrs = minLrs as number[];
    paramGroups.forEach((group, i) => {
      const lowered = Math.max(group.lr * factor, minLrs[i]!);
      if (group.lr - lowered > eps) group.lr = lowered;
    });
  }

  getLastLr(): readonly number[] {
    return this.#lastLr;
  }

  /** The state under PyTorch's keys. */
  stateDict(): SchedulerStateDict {
    const rule = Object.entries(this.#rule).map(([name, value]) => [snakeCase(name), value]);
    return {
      ...Object.fromEntries(rule),
      min_lrs: [...this.#minLrs],
      default_min_lr: this.#defaultMinLr ?? null,
      best: this.#watch.best,
      num_bad_epochs: this.#watch.numBadEpochs,
      cooldown_counter: this.#watch.cooldownCounter,
      last_epoch: this.lastEpoch,
      _last_lr: [...this.#lastLr],
    };
  }

  /**
   * Loads a saved state, or nothing where something does not fit. A `best` of null means that there is no best metric
   * yet: JSON writes the initial infinity as null.
   *
   * @throws where a value is not of its kind
   */
  loadStateDict(stateDict: SchedulerStateDict): void {
    const saved = new SavedSchedule('ReduceLROnPlateau', stateDict);
    const rule = saved.readOptions(this.#rule);
    checkOptions('ReduceLROnPlateau.loadStateDict', rule, ruleKinds);
    const best = saved.read<number | null>('best', orNull, null) ?? worst(rule.mode);
    const numBadEpochs = saved.read('num_bad_epochs', kind.whole(0), 0);
    const cooldownCounter = saved.read('cooldown_counter', kind.number, 0);
    const lastEpoch = saved.read('last_epoch', kind.whole(0), 0);
    const minLrs = saved.readRates('min_lrs', this.optimizer, this.#minLrs);
    // PyTorch before 2.6 saves no `default_min_lr`.
    const common = minLrs.every((minLr) => minLr === minLrs[0]) ? minLrs[0] : undefined;
    const defaultMinLr = saved.read<number | null>('default_min_lr', orNull, common ?? null) ?? undefined;
    const lastLr = saved.readRates('_last_lr', this.optimizer, ratesOf(this.optimizer));

    Object.assign(this.#rule, rule);
    this.#watch = { best, numBadEpochs, cooldownCounter };
    this.lastEpoch = lastEpoch;
    this.#minLrs = minLrs;
    this.#defaultMinLr = defaultMinLr;
    this.#lastLr = lastLr;
  }
}

const numberOrNaN = kind.required({ ...kind.number, fits: (value) => typeof value === 'number' });

const orNull = kind.either(kind.number, { expected: 'null', fits: (value) => value === null });

/** The initial best metric. Every metric is better. */
const worst = (mode: 'min' | 'max'): number =>
  mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
