import { checkInteger } from '../check-option.ts';
import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface CosineAnnealingWarmRestartsOptions extends ResumeOptions {
  /** Epochs of the first period */
  t0: number;
  /** The factor by which each period is longer than the one before. Default 1. */
  tMult?: number;
  /** The lowest rate. Default 0. */
  etaMin?: number;
}

interface Period {
  t0: number;
  tMult: number;
  etaMin: number;
  /** Length of the present period */
  tI: number;
  /** Epochs since its beginning */
  tCur: number;
}

/**
 * `lr = etaMin + (initialLr − etaMin) · (1 + cos(π·tCur/tI)) / 2` in periods that start over (Loshchilov and Hutter, 2017), as
 * `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`.
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<Period> {
  constructor(
    optimizer: Scheduled,
    { t0, tMult = 1, etaMin = 0, lastEpoch = -1 }: CosineAnnealingWarmRestartsOptions,
  ) {
    checkInteger('CosineAnnealingWarmRestarts', 't0', t0, 1);
    checkInteger('CosineAnnealingWarmRestarts', 'tMult', tMult, 1);
    super(optimizer, { t0, tMult, etaMin, tI: t0, tCur: lastEpoch }, lastEpoch);
  }

  override step(): void {
    const period = this.options;
    period.tCur++;
    if (period.tCur >= period.tI) {
      period.tCur -= period.tI;
      period.tI *= period.tMult;
    }
    super.step();
  }

  /** @param epoch at least 0; a fraction is a part of an epoch */
  override stepTo(epoch: number): void {
    if (!(epoch >= 0)) {
      throw new Error(
        `CosineAnnealingWarmRestarts.stepTo: epoch is ${epoch}; expected a number of at least 0`,
      );
    }
    const period = this.options;
    const { t0, tMult } = period;
    if (tMult === 1) {
      period.tI = t0;
      period.tCur = epoch % t0;
    } else {
      // Periods t0, t0·tMult, …: n of them end at t0·(tMultⁿ − 1)/(tMult − 1).
      const periods = Math.floor(Math.log((epoch / t0) * (tMult - 1) + 1) / Math.log(tMult));
      period.tI = t0 * tMult ** periods;
      period.tCur = epoch - (t0 * (tMult ** periods - 1)) / (tMult - 1);
    }
    super.stepTo(epoch);
    this.lastEpoch = Math.floor(epoch);
  }

  protected override nextLr(_group: ScheduledGroup, baseLr: number): number {
    const { etaMin, tI, tCur } = this.options;
    return etaMin + ((baseLr - etaMin) * (1 + Math.cos((Math.PI * tCur) / tI))) / 2;
  }
}
