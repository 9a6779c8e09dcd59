import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

/** A factor at an epoch (or step), counted from 0. */
export type LrLambda = (epoch: number) => number;

export interface LambdaLROptions extends ResumeOptions {
  /** The factor of the initial rate: one function for all groups, or one for each */
  lrLambda: LrLambda | readonly LrLambda[];
}

/** `lr = initialLr · lrLambda(epoch)`, as `torch.optim.lr_scheduler.LambdaLR`. */
export class LambdaLR extends LRScheduler<{ lrLambdas: readonly LrLambda[] }> {
  /** @throws where the number of functions is not that of the groups */
  constructor(optimizer: Scheduled, { lrLambda, lastEpoch }: LambdaLROptions) {
    super(optimizer, { lrLambdas: lambdasOf('LambdaLR', lrLambda, optimizer) }, lastEpoch);
  }

  protected override nextLr(_group: ScheduledGroup, baseLr: number, index: number): number {
    return baseLr * this.options.lrLambdas[index]!(this.lastEpoch);
  }
}

/** One function a group. */
export function lambdasOf(
  owner: string,
  lrLambda: LrLambda | readonly LrLambda[],
  { paramGroups }: Scheduled,
): readonly LrLambda[] {
  if (typeof lrLambda === 'function') return paramGroups.map(() => lrLambda);
  if (lrLambda.length !== paramGroups.length) {
    throw new Error(
      `${owner}: lrLambda has ${lrLambda.length} functions; the optimizer has ${paramGroups.length} groups`,
    );
  }
  return lrLambda;
}
