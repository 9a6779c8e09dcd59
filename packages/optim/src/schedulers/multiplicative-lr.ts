import { checkOptions } from '@unroll/backend/checks';
import { checkLambdas, factorAt, type LrLambda, lambdaKinds, lambdasOf } from './lambda-lr.ts';
import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { SchedulerStateDict } from './schedule.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export interface MultiplicativeLROptions extends ResumeOptions {
  /** The factor by which the rate changes at an epoch, from 1: one function for all groups, or one for each */
  lrLambda: LrLambda | readonly LrLambda[];
}

/** `lr ← lr · lrLambda(epoch)`, as `torch.optim.lr_scheduler.MultiplicativeLR`. */
export class MultiplicativeLR extends LRScheduler<{ lrLambdas: readonly LrLambda[] }> {
  /** @throws where the number of functions is not the number of groups */
  constructor(optimizer: Scheduled, options: MultiplicativeLROptions) {
    const { lrLambda, lastEpoch } = checkOptions('MultiplicativeLR', options, lambdaKinds);
    super(optimizer, { lrLambdas: lambdasOf('MultiplicativeLR', lrLambda, optimizer) }, lastEpoch);
  }

  /**
   * A group that was added later has no function, and stays as it is.
   *
   * @throws where the function returns anything but a number
   */
  protected override nextLr({ lr }: ScheduledGroup, baseLr: number | undefined, index: number): number {
    if (this.lastEpoch <= 0 || baseLr === undefined) return lr;
    return lr * factorAt('MultiplicativeLR', this.options.lrLambdas, index, this.lastEpoch);
  }

  override checkStateDict(stateDict: SchedulerStateDict): () => void {
    checkLambdas('MultiplicativeLR', this.options.lrLambdas, stateDict, this.optimizer);
    return super.checkStateDict(stateDict);
  }
}
