import { checkInteger } from '../check-option.ts';
import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface PolynomialLROptions extends ResumeOptions {
  /** Epochs until the rate is 0. Default 5. */
  totalIters?: number;
  /** Default 1 */
  power?: number;
}

/** `lr = initialLr · (1 − epoch/totalIters)^power`, then 0, as `torch.optim.lr_scheduler.PolynomialLR`. */
export class PolynomialLR extends LRScheduler<Required<Omit<PolynomialLROptions, 'lastEpoch'>>> {
  constructor(optimizer: Scheduled, { totalIters = 5, power = 1, lastEpoch }: PolynomialLROptions = {}) {
    checkInteger('PolynomialLR', 'totalIters', totalIters, 1);
    super(optimizer, { totalIters, power }, lastEpoch);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    const { totalIters, power } = this.options;
    if (this.lastEpoch === 0 || this.lastEpoch > totalIters) return lr;
    return lr * ((1 - this.lastEpoch / totalIters) / (1 - (this.lastEpoch - 1) / totalIters)) ** power;
  }

  protected override closedLr(_group: ScheduledGroup, baseLr: number): number {
    const { totalIters, power } = this.options;
    return baseLr * (1 - Math.min(totalIters, this.lastEpoch) / totalIters) ** power;
  }
}
