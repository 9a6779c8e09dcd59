import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

/** The factor of the initial rate at an epoch (or step), counted from 0. */
export type LrLambda = (epoch: number) => number;

export interface LambdaLROptions extends ResumeOptions {
  /** One for all groups, or one for each */
  lrLambda: LrLambda | readonly LrLambda[];
}

/** `lr = initialLr · lrLambda(epoch)`, as `torch.optim.lr_scheduler.LambdaLR`. */
export class LambdaLR extends LRScheduler<{ lrLambdas: readonly LrLambda[] }> {
  /** @throws where the number of functions is not that of the groups */
  constructor(optimizer: Scheduled, { lrLambda, lastEpoch }: LambdaLROptions) {
    const groups = optimizer.paramGroups.length;
    const lrLambdas = typeof lrLambda === 'function' ? new Array<LrLambda>(groups).fill(lrLambda) : lrLambda;
    if (lrLambdas.length !== groups) {
      throw new Error(
        `LambdaLR: lrLambda has ${lrLambdas.length} functions; the optimizer has ${groups} groups`,
      );
    }
    super(optimizer, { lrLambdas }, lastEpoch);
  }

  protected override nextLr(_group: ScheduledGroup, baseLr: number, index: number): number {
    return baseLr * this.options.lrLambdas[index]!(this.lastEpoch);
  }
}
