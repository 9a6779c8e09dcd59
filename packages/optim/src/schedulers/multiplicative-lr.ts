import { type LrLambda, lambdasOf } from './lambda-lr.ts';
import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface MultiplicativeLROptions extends ResumeOptions {
  /** The factor by which the rate changes at an epoch, from 1: one function for all groups, or one for each */
  lrLambda: LrLambda | readonly LrLambda[];
}

/** `lr ← lr · lrLambda(epoch)`, as `torch.optim.lr_scheduler.MultiplicativeLR`. */
export class MultiplicativeLR extends LRScheduler<{ lrLambdas: readonly LrLambda[] }> {
  /** @throws where the number of functions is not that of the groups */
  constructor(optimizer: Scheduled, { lrLambda, lastEpoch }: MultiplicativeLROptions) {
    super(optimizer, { lrLambdas: lambdasOf('MultiplicativeLR', lrLambda, optimizer) }, lastEpoch);
  }

  protected override nextLr({ lr }: ScheduledGroup, _baseLr: number, index: number): number {
    return this.lastEpoch > 0 ? lr * this.options.lrLambdas[index]!(this.lastEpoch) : lr;
  }
}
