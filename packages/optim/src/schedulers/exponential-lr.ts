import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface ExponentialLROptions extends ResumeOptions {
  gamma: number;
}

/** Multiplies the rate by `gamma` every epoch, as `torch.optim.lr_scheduler.ExponentialLR`. */
export class ExponentialLR extends LRScheduler<{ gamma: number }> {
  constructor(optimizer: Scheduled, { gamma, lastEpoch }: ExponentialLROptions) {
    super(optimizer, { gamma }, lastEpoch);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    return this.lastEpoch === 0 ? lr : lr * this.options.gamma;
  }

  protected override closedLr(_group: ScheduledGroup, baseLr: number): number {
    return baseLr * this.options.gamma ** this.lastEpoch;
  }
}
