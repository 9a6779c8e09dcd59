import { checkOptions, kind } from '@unroll/backend/checks';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface StepLROptions extends ResumeOptions {
  /** Epochs between two drops */
  stepSize: number;
  /** Default 0.1 */
  gamma?: number | undefined;
}

const kinds = { stepSize: kind.required(kind.whole(1)), gamma: kind.finite };

/** Multiplies the rate by `gamma` every `stepSize` epochs, as `torch.optim.lr_scheduler.StepLR`. */
export class StepLR extends LRScheduler<{ stepSize: number; gamma: number }> {
  /** @throws where an option is out of its range */
  constructor(optimizer: Scheduled, options: StepLROptions) {
    const given = checkOptions('StepLR', options, { ...kinds, ...resumeKinds });
    const { stepSize, gamma = 0.1, lastEpoch } = given;
    super(optimizer, { stepSize, gamma }, lastEpoch, kinds);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    const { stepSize, gamma } = this.options;
    return this.lastEpoch !== 0 && this.lastEpoch % stepSize === 0 ? lr * gamma : lr;
  }

  protected override closedLr(baseLr: number): number {
    return baseLr * this.options.gamma ** Math.floor(this.lastEpoch / this.options.stepSize);
  }
}
