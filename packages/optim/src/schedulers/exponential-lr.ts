import { checkOptions, kind } from '@unroll/backend/checks';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface ExponentialLROptions extends ResumeOptions {
  gamma: number;
}

const kinds = { gamma: kind.required(kind.finite) };

/** Multiplies the rate by `gamma` every epoch, as `torch.optim.lr_scheduler.ExponentialLR`. */
export class ExponentialLR extends LRScheduler<{ gamma: number }> {
  /** @throws where `gamma` is not a finite number */
  constructor(optimizer: Scheduled, options: ExponentialLROptions) {
    const { gamma, lastEpoch } = checkOptions('ExponentialLR', options, { ...kinds, ...resumeKinds });
    super(optimizer, { gamma }, lastEpoch, kinds);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    return this.lastEpoch === 0 ? lr : lr * this.options.gamma;
  }

  protected override closedLr(baseLr: number): number {
    return baseLr * this.options.gamma ** this.lastEpoch;
  }
}
