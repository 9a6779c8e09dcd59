import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import { SavedSchedule } from './saved-schedule.ts';
import type { SchedulerStateDict } from './schedule.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

/** A factor at an epoch (or step), counted from 0. */
export type LrLambda = (epoch: number) => number;

export interface LambdaLROptions extends ResumeOptions {
  /** The factor of the initial rate: one function for all groups, or one for each */
  lrLambda: LrLambda | readonly LrLambda[];
}

/** `lr = initialLr · lrLambda(epoch)`, as `torch.optim.lr_scheduler.LambdaLR`. */
export class LambdaLR extends LRScheduler<{ lrLambdas: readonly LrLambda[] }> {
  /** @throws where the number of functions is not the number of groups */
  constructor(optimizer: Scheduled, options: LambdaLROptions) {
    const { lrLambda, lastEpoch } = checkOptions('LambdaLR', options, lambdaKinds);
    super(optimizer, { lrLambdas: lambdasOf('LambdaLR', lrLambda, optimizer) }, lastEpoch);
  }

  /** @throws where the function returns anything but a number */
  protected override nextLr({ lr }: ScheduledGroup, baseLr: number | undefined, index: number): number {
    if (baseLr === undefined) return lr;
    return baseLr * factorAt('LambdaLR', this.options.lrLambdas, index, this.lastEpoch);
  }

  override checkStateDict(stateDict: SchedulerStateDict): () => void {
    checkLambdas('LambdaLR', this.options.lrLambdas, stateDict, this.optimizer);
    return super.checkStateDict(stateDict);
  }
}

export const lambdaKinds = { lrLambda: kind.required(kind.eachGroup(kind.func)), ...resumeKinds };

/** One function per group. */
export function lambdasOf(
  owner: string,
  lrLambda: LrLambda | readonly LrLambda[],
  { paramGroups }: Scheduled,
): readonly LrLambda[] {
  if (typeof lrLambda === 'function') return paramGroups.map(() => lrLambda);
  if (lrLambda.length !== paramGroups.length) {
    throw new ArgumentError(
      owner,
      'lrLambda',
      `has ${lrLambda.length} functions; the optimizer has ${paramGroups.length} groups`,
    );
  }
  return [...lrLambda];
}

/** Throws where a saved schedule moves more groups than there are functions. Functions are not saved. */
export function checkLambdas(
  owner: string,
  lambdas: readonly LrLambda[],
  stateDict: SchedulerStateDict,
  optimizer: Scheduled,
): void {
  const saved = new SavedSchedule(owner, stateDict);
  const baseLrs = saved.readRates('base_lrs', optimizer);
  saved.checkOnePerGroup('lrLambda', lambdas.slice(0, baseLrs.length), baseLrs);
}

/** The factor that a group's function returns at an epoch. */
export function factorAt(owner: string, lambdas: readonly LrLambda[], index: number, epoch: number): number {
  const factor: unknown = lambdas[index]!(epoch);
  if (kind.finite.fits(factor)) return factor as number;
  throw new Error(
    `${owner}.step: lrLambda of group ${index} returned ${shown(factor)} at epoch ${epoch}; expected a finite number`,
  );
}
