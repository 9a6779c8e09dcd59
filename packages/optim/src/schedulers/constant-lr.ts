import { checkOptions, kind } from '@unroll/backend/checks';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface ConstantLROptions extends ResumeOptions {
  /** In (0, 1]. Default 1/3. */
  factor?: number | undefined;
  /** Epochs with the factor. Default 5. */
  totalIters?: number | undefined;
}

const kinds = { factor: kind.inside('(0, 1]'), totalIters: kind.whole(0) };

/** Multiplies the rate by `factor` for the first `totalIters` epochs, as `torch.optim.lr_scheduler.ConstantLR`. */
export class ConstantLR extends LRScheduler<{ factor: number; totalIters: number }> {
  /** @throws where `factor` is outside (0, 1]; PyTorch takes 0 too, and divides by it at the end */
  constructor(optimizer: Scheduled, options: ConstantLROptions = {}) {
    const given = checkOptions('ConstantLR', options, { ...kinds, ...resumeKinds });
    const { factor = 1 / 3, totalIters = 5, lastEpoch } = given;
    super(optimizer, { factor, totalIters }, lastEpoch, kinds);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    const { factor, totalIters } = this.options;
    if (this.lastEpoch === 0) return lr * factor;
    return this.lastEpoch === totalIters ? lr * (1 / factor) : lr;
  }

  protected override closedLr(baseLr: number): number {
    const { factor, totalIters } = this.options;
    return baseLr * (this.lastEpoch >= totalIters ? 1 : factor);
  }
}
