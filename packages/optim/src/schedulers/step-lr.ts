import { checkInteger } from '../check-option.ts';
import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface StepLROptions extends ResumeOptions {
  /** Epochs between two drops */
  stepSize: number;
  /** Default 0.1 */
  gamma?: number;
}

/** Multiplies the rate by `gamma` every `stepSize` epochs, as `torch.optim.lr_scheduler.StepLR`. */
export class StepLR extends LRScheduler<{ stepSize: number; gamma: number }> {
  constructor(optimizer: Scheduled, { stepSize, gamma = 0.1, lastEpoch }: StepLROptions) {
    checkInteger('StepLR', 'stepSize', stepSize, 1);
    super(optimizer, { stepSize, gamma }, lastEpoch);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    const { stepSize, gamma } = this.options;
    return this.lastEpoch !== 0 && this.lastEpoch % stepSize === 0 ? lr * gamma : lr;
  }

  protected override closedLr(_group: ScheduledGroup, baseLr: number): number {
    return baseLr * this.options.gamma ** Math.floor(this.lastEpoch / this.options.stepSize);
  }
}
