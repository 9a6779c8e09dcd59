import { checkOptions, kind } from '@unroll/backend/checks';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface PolynomialLROptions extends ResumeOptions {
  /** Epochs until the rate is 0. Default 5. */
  totalIters?: number | undefined;
  /** At least 0. Default 1. */
  power?: number | undefined;
}

const kinds = { totalIters: kind.whole(1), power: kind.atLeast(0) };

/** `lr = initialLr · (1 − epoch/totalIters)^power`, then 0, as `torch.optim.lr_scheduler.PolynomialLR`. */
export class PolynomialLR extends LRScheduler<{ totalIters: number; power: number }> {
  /** @throws where `power` is negative, for which PyTorch divides by 0 at the end, or `totalIters` below 1 */
  constructor(optimizer: Scheduled, options: PolynomialLROptions = {}) {
    const given = checkOptions('PolynomialLR', options, { ...kinds, ...resumeKinds });
    const { totalIters = 5, power = 1, lastEpoch } = given;
    super(optimizer, { totalIters, power }, lastEpoch, kinds);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    const { totalIters, power } = this.options;
    if (this.lastEpoch === 0 || this.lastEpoch > totalIters) return lr;
    return lr * ((1 - this.lastEpoch / totalIters) / (1 - (this.lastEpoch - 1) / totalIters)) ** power;
  }

  protected override closedLr(baseLr: number): number {
    const { totalIters, power } = this.options;
    return baseLr * (1 - Math.min(totalIters, this.lastEpoch) / totalIters) ** power;
  }
}
