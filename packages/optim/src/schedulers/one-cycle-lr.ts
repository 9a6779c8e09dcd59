import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { ScheduleNotes } from '../schedule-notes.ts';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import { type AnnealStrategy, type Cycle, placeIn, risesAtOnce } from './one-cycle-phases.ts';
import { checkHasMomentum, perGroup } from './per-group.ts';
import { SavedSchedule } from './saved-schedule.ts';
import type { SchedulerStateDict } from './schedule.ts';
import { note, type Scheduled, type ScheduledGroup } from './scheduled.ts';

export interface OneCycleLROptions extends ResumeOptions {
  /** The highest rate, for all groups or for each */
  maxLr: number | readonly number[];
  /** Steps of the whole cycle; or give `epochs` and `stepsPerEpoch` */
  totalSteps?: number | undefined;
  epochs?: number | undefined;
  stepsPerEpoch?: number | undefined;
  /** The part of the cycle in which the rate rises, in [0, 1]. Default 0.3. */
  pctStart?: number | undefined;
  /** Default 'cos' */
  annealStrategy?: AnnealStrategy | undefined;
  /** Move momentum (or `betas[0]`) the other way. Default true. */
  cycleMomentum?: boolean | undefined;
  /** Momentum at the highest rate. Default 0.85. */
  baseMomentum?: number | readonly number[] | undefined;
  /** Momentum at the lowest rate. Default 0.95. */
  maxMomentum?: number | readonly number[] | undefined;
  /** The first rate is `maxLr / divFactor`. Above 0; default 25. */
  divFactor?: number | undefined;
  /** The last rate is the first `/ finalDivFactor`. Above 0; default 1e4. */
  finalDivFactor?: number | undefined;
  /** Return to the first rate before going to the last. Default false. */
  threePhase?: boolean | undefined;
}

const cycleKinds = {
  totalSteps: kind.whole(1),
  pctStart: kind.inside('[0, 1]'),
  annealStrategy: kind.choice('cos', 'linear'),
  cycleMomentum: kind.flag,
  threePhase: kind.flag,
};

const kinds = {
  ...cycleKinds,
  maxLr: kind.required(kind.eachGroup(kind.finite)),
  epochs: kind.whole(1),
  stepsPerEpoch: kind.whole(1),
  baseMomentum: kind.eachGroup(kind.finite),
  maxMomentum: kind.eachGroup(kind.finite),
  divFactor: kind.above(0),
  finalDivFactor: kind.above(0),
  ...resumeKinds,
};

/**
 * The 1cycle policy (Smith and Topin, 2018), as `torch.optim.lr_scheduler.OneCycleLR`: the rate rises from `maxLr/divFactor` to
 * `maxLr`, then falls far below where it began. Step it after each batch. Its first and last rates replace the groups' own.
 */
export class OneCycleLR extends LRScheduler<Cycle> {
  /**
   * @throws where an option is out of its range, where the rate would rise within 0 steps (`pctStart · totalSteps` is
   *   1; PyTorch divides by 0), or where `cycleMomentum` is set and the optimizer has no momentum
   */
  constructor(optimizer: Scheduled, options: OneCycleLROptions) {
    const given = checkOptions('OneCycleLR', options, kinds);
    const cycle: Cycle = {
      totalSteps: totalStepsOf(given),
      pctStart: given.pctStart ?? 0.3,
      annealStrategy: given.annealStrategy ?? 'cos',
      cycleMomentum: given.cycleMomentum ?? true,
      threePhase: given.threePhase ?? false,
    };
    checkPhases('OneCycleLR', cycle);
    const { lastEpoch = -1 } = given;
    if (lastEpoch === -1) setBounds(optimizer, given, cycle.cycleMomentum);
    super(optimizer, cycle, lastEpoch, cycleKinds);
  }

  /** @throws past the end of the cycle, and where a group has no bounds, for instance one that was added later */
  protected override nextLr(group: ScheduledGroup, _baseLr: number | undefined, index: number): number {
    const { totalSteps } = this.options;
    if (this.lastEpoch > totalSteps) {
      throw new Error(
        `OneCycleLR.step: this is step ${this.lastEpoch + 1}; the cycle has ${totalSteps} steps`,
      );
    }
    const bounds = boundsOf(group, index, this.options.cycleMomentum);
    const { lr, between } = placeIn(this.options, this.lastEpoch);
    return between(bounds[lr[0]]!, bounds[lr[1]]!);
  }

  protected override nextMomentum({ notes = {} }: ScheduledGroup): number | undefined {
    if (!this.options.cycleMomentum) return undefined;
    const { momentum, between } = placeIn(this.options, this.lastEpoch);
    return between(notes[momentum[0]]!, notes[momentum[1]]!);
  }

  override checkStateDict(stateDict: SchedulerStateDict): () => void {
    const load = super.checkStateDict(stateDict);
    checkPhases(
      'OneCycleLR.loadStateDict',
      new SavedSchedule('OneCycleLR', stateDict).readOptions(this.options),
    );
    return load;
  }
}

function checkPhases(owner: string, cycle: Cycle): void {
  if (!risesAtOnce(cycle)) return;
  const { pctStart, totalSteps } = cycle;
  throw new ArgumentError(
    owner,
    'pctStart',
    `is ${pctStart} of ${totalSteps} steps, so that the rate would rise from step 0 to step 0; ` +
      `expected a pctStart other than ${1 / totalSteps}`,
  );
}

function totalStepsOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleLROptions): number {
  if (totalSteps !== undefined) return totalSteps;
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new Error('OneCycleLR: expected totalSteps, or both epochs and stepsPerEpoch');
  }
  return epochs * stepsPerEpoch;
}

/** Keeps the cycle's bounds with the groups, where a resumed schedule finds them again. */
function setBounds(optimizer: Scheduled, options: OneCycleLROptions, cycleMomentum: boolean): void {
  const { maxLr, divFactor = 25, finalDivFactor = 1e4, maxMomentum = 0.95, baseMomentum = 0.85 } = options;
  const ofGroups = (name: string, value: number | readonly number[]) =>
    perGroup('OneCycleLR', name, value, optimizer);
  const highest = ofGroups('maxLr', maxLr);
  if (cycleMomentum) checkHasMomentum('OneCycleLR', optimizer);
  const momenta = cycleMomentum && {
    max: ofGroups('maxMomentum', maxMomentum),
    base: ofGroups('baseMomentum', baseMomentum),
  };
  optimizer.paramGroups.forEach((group, i) => {
    const initialLr = highest[i]! / divFactor;
    note(group, { maxLr: highest[i]!, initialLr, minLr: initialLr / finalDivFactor });
    if (momenta) note(group, { maxMomentum: momenta.max[i]!, baseMomentum: momenta.base[i]! });
  });
}

function boundsOf({ notes = {} }: ScheduledGroup, index: number, cycleMomentum: boolean): ScheduleNotes {
  const needed = ['initialLr', 'maxLr', 'minLr', ...(cycleMomentum ? momentumBounds : [])] as const;
  const missing = needed.filter((name) => notes[name] === undefined);
  if (missing.length === 0) return notes;
  throw new Error(
    `OneCycleLR.step: paramGroups[${index}] has no ${missing.join(', ')}: was it added after the schedule was made? ` +
      'Give it the notes of another group, or make a schedule for all groups',
  );
}

const momentumBounds = ['maxMomentum', 'baseMomentum'] as const;
