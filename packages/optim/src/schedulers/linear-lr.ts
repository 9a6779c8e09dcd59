import { checkInteger } from '../check-option.ts';
import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface LinearLROptions extends ResumeOptions {
  /** The first epoch's factor, in (0, 1]. Default 1/3. */
  startFactor?: number;
  /** The last factor, in [0, 1]. Default 1. */
  endFactor?: number;
  /** Epochs from the one to the other. Default 5. */
  totalIters?: number;
}

/** Changes the rate's factor linearly, as `torch.optim.lr_scheduler.LinearLR`: a warm-up, by its defaults. */
export class LinearLR extends LRScheduler<Required<Omit<LinearLROptions, 'lastEpoch'>>> {
  /** @throws where a factor is out of its range */
  constructor(
    optimizer: Scheduled,
    { startFactor = 1 / 3, endFactor = 1, totalIters = 5, lastEpoch }: LinearLROptions = {},
  ) {
    if (!(startFactor > 0 && startFactor <= 1)) {
      throw new Error(`LinearLR: startFactor is ${startFactor}; expected a number in (0, 1]`);
    }
    if (!(endFactor >= 0 && endFactor <= 1)) {
      throw new Error(`LinearLR: endFactor is ${endFactor}; expected a number in [0, 1]`);
    }
    checkInteger('LinearLR', 'totalIters', totalIters, 1);
    super(optimizer, { startFactor, endFactor, totalIters }, lastEpoch);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    const { startFactor, endFactor, totalIters } = this.options;
    if (this.lastEpoch === 0) return lr * startFactor;
    if (this.lastEpoch > totalIters) return lr;
    const rise = endFactor - startFactor;
    return lr * (1 + rise / (totalIters * startFactor + (this.lastEpoch - 1) * rise));
  }

  protected override closedLr(_group: ScheduledGroup, baseLr: number): number {
    const { startFactor, endFactor, totalIters } = this.options;
    const done = Math.min(totalIters, this.lastEpoch) / totalIters;
    return baseLr * (startFactor + (endFactor - startFactor) * done);
  }
}
