import { checkOptions, kind } from '@unroll/backend/checks';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface LinearLROptions extends ResumeOptions {
  /** The first epoch's factor, in (0, 1]. Default 1/3. */
  startFactor?: number | undefined;
  /** The last factor, in [0, 1]. Default 1. */
  endFactor?: number | undefined;
  /** Epochs from `startFactor` to `endFactor`. Default 5. */
  totalIters?: number | undefined;
}

const kinds = {
  startFactor: kind.inside('(0, 1]'),
  endFactor: kind.inside('[0, 1]'),
  totalIters: kind.whole(1),
};

/** Changes the rate's factor linearly, as `torch.optim.lr_scheduler.LinearLR`. By default it is a warm-up. */
export class LinearLR extends LRScheduler<{ startFactor: number; endFactor: number; totalIters: number }> {
  /** @throws where a factor is out of its range */
  constructor(optimizer: Scheduled, options: LinearLROptions = {}) {
    const given = checkOptions('LinearLR', options, { ...kinds, ...resumeKinds });
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5, lastEpoch } = given;
    super(optimizer, { startFactor, endFactor, totalIters }, lastEpoch, kinds);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    const { startFactor, endFactor, totalIters } = this.options;
    if (this.lastEpoch === 0) return lr * startFactor;
    if (this.lastEpoch > totalIters) return lr;
    const rise = endFactor - startFactor;
    return lr * (1 + rise / (totalIters * startFactor + (this.lastEpoch - 1) * rise));
  }

  protected override closedLr(baseLr: number): number {
    const { startFactor, endFactor, totalIters } = this.options;
    const done = Math.min(totalIters, this.lastEpoch) / totalIters;
    return baseLr * (startFactor + (endFactor - startFactor) * done);
  }
}
