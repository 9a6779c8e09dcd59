import { checkOptions, kind } from '@unroll/backend/checks';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface MultiStepLROptions extends ResumeOptions {
  /** Epochs at which the rate drops. An epoch that is listed twice counts twice. */
  milestones: readonly number[];
  /** Default 0.1 */
  gamma?: number | undefined;
}

const kinds = { milestones: kind.required(kind.listOf(kind.whole(0))), gamma: kind.finite };

/** Multiplies the rate by `gamma` at each milestone, as `torch.optim.lr_scheduler.MultiStepLR`. */
export class MultiStepLR extends LRScheduler<{ milestones: readonly number[]; gamma: number }> {
  /** @throws where an option is out of its range */
  constructor(optimizer: Scheduled, options: MultiStepLROptions) {
    const given = checkOptions('MultiStepLR', options, { ...kinds, ...resumeKinds });
    const { milestones, gamma = 0.1, lastEpoch } = given;
    super(optimizer, { milestones: [...milestones], gamma }, lastEpoch, kinds);
  }

  protected override nextLr({ lr }: ScheduledGroup): number {
    const { milestones, gamma } = this.options;
    return lr * gamma ** milestones.filter((milestone) => milestone === this.lastEpoch).length;
  }

  protected override closedLr(baseLr: number): number {
    const { milestones, gamma } = this.options;
    return baseLr * gamma ** milestones.filter((milestone) => milestone <= this.lastEpoch).length;
  }
}
