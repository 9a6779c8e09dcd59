import { checkOptions, kind } from '@unroll/backend/checks';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface CosineAnnealingWarmRestartsOptions extends ResumeOptions {
  /** Epochs of the first period */
  t0: number;
  /** The factor by which each period is longer than the one before. Default 1. */
  tMult?: number | undefined;
  /** The lowest rate. Default 0. */
  etaMin?: number | undefined;
}

/** Where a schedule stands: in a period of `tI` epochs, `tCur` after its beginning. */
interface Place {
  tI: number;
  tCur: number;
}

interface Periods extends Place {
  t0: number;
  tMult: number;
  etaMin: number;
}

const optionKinds = { t0: kind.required(kind.whole(1)), tMult: kind.whole(1), etaMin: kind.finite };
const kinds = { ...optionKinds, tI: kind.above(0), tCur: kind.atLeast(-1) };

/**
 * `lr = etaMin + (initialLr − etaMin) · (1 + cos(π·tCur/tI)) / 2` in periods that start over (Loshchilov and Hutter, 2017), as
 * `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`.
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<Periods> {
  /** @throws where an option is out of its range */
  constructor(optimizer: Scheduled, options: CosineAnnealingWarmRestartsOptions) {
    const given = checkOptions('CosineAnnealingWarmRestarts', options, { ...optionKinds, ...resumeKinds });
    const { t0, tMult = 1, etaMin = 0, lastEpoch = -1 } = given;
    super(optimizer, { t0, tMult, etaMin, tI: t0, tCur: lastEpoch }, lastEpoch, kinds);
  }

  override step(): void {
    // SequentialLR begins its first schedule a second time. The schedule then starts at epoch 0, wherever its period
    // stood.
    if (this.lastEpoch < 0) {
      this.stepTo(0);
      return;
    }
    const { tI, tCur, tMult } = this.options;
    const ends = tCur + 1 >= tI;
    const next = ends ? { tI: tI * tMult, tCur: tCur + 1 - tI } : { tI, tCur: tCur + 1 };
    moveTo(next, this.options, () => super.step());
  }

  /** @param epoch at least 0; a fraction is a part of an epoch */
  override stepTo(epoch: number): void {
    moveTo(placeOf(epoch, this.options), this.options, () => super.stepTo(epoch));
    this.lastEpoch = Math.floor(epoch);
  }

  protected override nextLr({ lr }: ScheduledGroup, baseLr: number | undefined): number {
    const { etaMin, tI, tCur } = this.options;
    if (baseLr === undefined) return lr;
    return etaMin + ((baseLr - etaMin) * (1 + Math.cos((Math.PI * tCur) / tI))) / 2;
  }
}

/** Periods t0, t0·tMult, …: n of them end at t0·(tMultⁿ − 1)/(tMult − 1). */
function placeOf(epoch: number, { t0, tMult }: Periods): Place {
  if (tMult === 1) return { tI: t0, tCur: epoch % t0 };
  const periods = Math.floor(Math.log((epoch / t0) * (tMult - 1) + 1) / Math.log(tMult));
  return { tI: t0 * tMult ** periods, tCur: epoch - (t0 * (tMult ** periods - 1)) / (tMult - 1) };
}

/** Moves to a place and makes the step. Where the step fails, it moves back. */
function moveTo({ tI, tCur }: Place, periods: Periods, step: () => void): void {
  const before = { tI: periods.tI, tCur: periods.tCur };
  Object.assign(periods, { tI, tCur });
  try {
    step();
  } catch (error) {
    Object.assign(periods, before);
    throw error;
  }
}
