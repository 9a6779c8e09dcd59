import { checkInteger } from '../check-option.ts';
import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface CosineAnnealingLROptions extends ResumeOptions {
  /** Epochs from the highest rate to the lowest; it then rises again */
  tMax: number;
  /** The lowest rate. Default 0. */
  etaMin?: number;
}

/**
 * `lr = etaMin + (initialLr − etaMin) · (1 + cos(π·epoch/tMax)) / 2`, in the recursive form of
 * `torch.optim.lr_scheduler.CosineAnnealingLR`.
 */
export class CosineAnnealingLR extends LRScheduler<Required<Omit<CosineAnnealingLROptions, 'lastEpoch'>>> {
  constructor(optimizer: Scheduled, { tMax, etaMin = 0, lastEpoch }: CosineAnnealingLROptions) {
    checkInteger('CosineAnnealingLR', 'tMax', tMax, 1);
    super(optimizer, { tMax, etaMin }, lastEpoch);
  }

  protected override nextLr(group: ScheduledGroup, baseLr: number): number {
    const { tMax, etaMin } = this.options;
    const { lr } = group;
    const epoch = this.lastEpoch;
    if (epoch === 0) return lr;
    // Resumed: the group's rate may not be this schedule's.
    if (this.stepCount === 1) return this.closedLr(group, baseLr);
    // At the lowest rate the quotient below would be 0/0.
    if ((epoch - 1 - tMax) % (2 * tMax) === 0) {
      return lr + ((baseLr - etaMin) * (1 - Math.cos(Math.PI / tMax))) / 2;
    }
    const quotient =
      (1 + Math.cos((Math.PI * epoch) / tMax)) / (1 + Math.cos((Math.PI * (epoch - 1)) / tMax));
    return quotient * (lr - etaMin) + etaMin;
  }

  protected override closedLr(_group: ScheduledGroup, baseLr: number): number {
    const { tMax, etaMin } = this.options;
    return etaMin + ((baseLr - etaMin) * (1 + Math.cos((Math.PI * this.lastEpoch) / tMax))) / 2;
  }
}
