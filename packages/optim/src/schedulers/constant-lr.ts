import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface ConstantLROptions extends ResumeOptions {
  /** In (0, 1]. Default 1/3. */
  factor?: number;
  /** Epochs with the factor. Default 5. */
  totalIters?: number;
}

/** Multiplies the rate by `factor` for the first `totalIters` epochs, as `torch.optim.lr_scheduler.ConstantLR`. */
export class ConstantLR extends LRScheduler<Required<Omit<ConstantLROptions, 'lastEpoch'>>> {
  /** @throws where `factor` is outside (0, 1]; PyTorch takes 0 too, and divides by it at the end */
  constructor(optimizer: Scheduled, { factor = 1 / 3, totalIters = 5, lastEpoch }: ConstantLROptions = {}) {
    if (!(factor > 0 && factor <= 1)) {
      throw new Error(`ConstantLR: factor is ${factor}; expected a number in (0, 1]`);
    }
    super(optimizer, { factor, totalIters }, lastEpoch);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    const { factor, totalIters } = this.options;
    if (this.lastEpoch === 0) return lr * factor;
    return this.lastEpoch === totalIters ? lr * (1 / factor) : lr;
  }

  protected override closedLr(_group: ScheduledGroup, baseLr: number): number {
    const { factor, totalIters } = this.options;
    return baseLr * (this.lastEpoch >= totalIters ? 1 : factor);
  }
}
