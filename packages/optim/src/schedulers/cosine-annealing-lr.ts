import { checkOptions, kind } from '@unroll/backend/checks';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface CosineAnnealingLROptions extends ResumeOptions {
  /** Epochs from the highest rate to the lowest; the rate then rises again */
  tMax: number;
  /** The lowest rate. Default 0. */
  etaMin?: number | undefined;
}

const kinds = { tMax: kind.required(kind.whole(1)), etaMin: kind.finite };

/**
 * `lr = etaMin + (initialLr − etaMin) · (1 + cos(π·epoch/tMax)) / 2`, in the recursive form of
 * `torch.optim.lr_scheduler.CosineAnnealingLR`.
 */
export class CosineAnnealingLR extends LRScheduler<{ tMax: number; etaMin: number }> {
  /** @throws where an option is out of its range */
  constructor(optimizer: Scheduled, options: CosineAnnealingLROptions) {
    const given = checkOptions('CosineAnnealingLR', options, { ...kinds, ...resumeKinds });
    const { tMax, etaMin = 0, lastEpoch } = given;
    super(optimizer, { tMax, etaMin }, lastEpoch, kinds);
  }

  protected override nextLr({ lr }: ScheduledGroup, baseLr: number | undefined): number {
    const { tMax, etaMin } = this.options;
    const epoch = this.lastEpoch;
    if (epoch === 0) return lr;
    // Resumed: the group's rate may not be this schedule's.
    if (this.stepCount === 1) return baseLr === undefined ? lr : this.closedLr(baseLr);
    // At the lowest rate the quotient below would be 0/0.
    if ((epoch - 1 - tMax) % (2 * tMax) === 0) {
      return baseLr === undefined ? lr : lr + ((baseLr - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2;
    }
    const quotient =
      (1 + Math.cos((Math.PI * epoch) / tMax)) / (1 + Math.cos((Math.PI * (epoch - 1)) / tMax));
    return quotient * (lr - etaMin) + etaMin;
  }

  protected override closedLr(baseLr: number): number {
    const { tMax, etaMin } = this.options;
    return etaMin + ((baseLr - etaMin) * (1 + Math.cos((Math.PI * this.lastEpoch) / tMax))) / 2;
  }
}
