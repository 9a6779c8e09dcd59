import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface MultiStepLROptions extends ResumeOptions {
  /** Epochs at which the rate drops; one that comes twice counts twice */
  milestones: readonly number[];
  /** Default 0.1 */
  gamma?: number;
}

/** Multiplies the rate by `gamma` at each milestone, as `torch.optim.lr_scheduler.MultiStepLR`. */
export class MultiStepLR extends LRScheduler<{ milestones: readonly number[]; gamma: number }> {
  constructor(optimizer: Scheduled, { milestones, gamma = 0.1, lastEpoch }: MultiStepLROptions) {
    super(optimizer, { milestones: [...milestones], gamma }, lastEpoch);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    return (
      lr *
      this.options.gamma ** this.options.milestones.filter((milestone) => milestone === this.lastEpoch).length
    );
  }

  protected override closedLr(_group: ScheduledGroup, baseLr: number): number {
    return (
      baseLr *
      this.options.gamma ** this.options.milestones.filter((milestone) => milestone <= this.lastEpoch).length
    );
  }
}
