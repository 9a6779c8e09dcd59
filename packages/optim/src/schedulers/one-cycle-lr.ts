import { checkInteger } from '../check-option.ts';
import { LRScheduler, type ResumeOptions } from './lr-scheduler.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

export type AnnealStrategy = 'cos' | 'linear';

export interface OneCycleLROptions extends ResumeOptions {
  /** The highest rate, for all groups or for each */
  maxLr: number | readonly number[];
  /** Steps of the whole cycle; or give `epochs` and `stepsPerEpoch` */
  totalSteps?: number;
  epochs?: number;
  stepsPerEpoch?: number;
  /** The part of the cycle in which the rate rises, in [0, 1]. Default 0.3. */
  pctStart?: number;
  /** Default 'cos' */
  annealStrategy?: AnnealStrategy;
  /** Move momentum (or `betas[0]`) the other way. Default true. */
  cycleMomentum?: boolean;
  /** Momentum at the highest rate. Default 0.85. */
  baseMomentum?: number | readonly number[];
  /** Momentum at the lowest. Default 0.95. */
  maxMomentum?: number | readonly number[];
  /** The first rate is `maxLr / divFactor`. Default 25. */
  divFactor?: number;
  /** The last rate is the first `/ finalDivFactor`. Default 1e4. */
  finalDivFactor?: number;
  /** Come down to the first rate before going to the last. Default false. */
  threePhase?: boolean;
}

interface Phase {
  readonly endStep: number;
  readonly lr: readonly ['initialLr' | 'maxLr', 'initialLr' | 'maxLr' | 'minLr'];
  readonly momentum: readonly ['maxMomentum' | 'baseMomentum', 'maxMomentum' | 'baseMomentum'];
}

interface Cycle {
  totalSteps: number;
  pctStart: number;
  annealStrategy: AnnealStrategy;
  cycleMomentum: boolean;
  threePhase: boolean;
}

/** From `start` to `end` while `pct` goes from 0 to 1. */
const anneal: Readonly<Record<AnnealStrategy, (start: number, end: number, pct: number) => number>> = {
  cos: (start, end, pct) => end + ((start - end) / 2) * (Math.cos(Math.PI * pct) + 1),
  linear: (start, end, pct) => (end - start) * pct + start,
};

/**
 * The 1cycle policy (Smith and Topin, 2018), as `torch.optim.lr_scheduler.OneCycleLR`: the rate rises from `maxLr/divFactor` to
 * `maxLr`, then falls far below where it began. Step it after each batch. Its first and last rates replace the groups' own.
 */
export class OneCycleLR extends LRScheduler<Cycle> {
  /** @throws where an option is out of its range, or momentum is to be cycled and the optimizer has none */
  constructor(optimizer: Scheduled, options: OneCycleLROptions) {
    const cycle: Cycle = {
      totalSteps: totalStepsOf(options),
      pctStart: options.pctStart ?? 0.3,
      annealStrategy: options.annealStrategy ?? 'cos',
      cycleMomentum: options.cycleMomentum ?? true,
      threePhase: options.threePhase ?? false,
    };
    if (!(cycle.pctStart >= 0 && cycle.pctStart <= 1)) {
      throw new Error(`OneCycleLR: pctStart is ${cycle.pctStart}; expected a number in [0, 1]`);
    }
    if (!(cycle.annealStrategy in anneal)) {
      throw new Error(`OneCycleLR: annealStrategy is '${cycle.annealStrategy}'; expected 'cos' or 'linear'`);
    }
    if (options.lastEpoch === undefined || options.lastEpoch === -1) {
      setBounds(optimizer, options, cycle.cycleMomentum);
    }
    super(optimizer, cycle, options.lastEpoch);
  }

  protected override nextLr(group: ScheduledGroup): number {
    const { totalSteps, annealStrategy, cycleMomentum } = this.options;
    const step = this.lastEpoch;
    if (step > totalSteps) {
      throw new Error(`OneCycleLR.step: this is step ${step + 1}; the cycle has ${totalSteps} steps`);
    }
    const phases = phasesOf(this.options);
    const at = Math.max(
      0,
      phases.findIndex((phase, i) => step <= phase.endStep || i === phases.length - 1),
    );
    const { endStep, lr, momentum } = phases[at]!;
    const startStep = at === 0 ? 0 : phases[at - 1]!.endStep;
    const pct = (step - startStep) / (endStep - startStep);
    const between = anneal[annealStrategy];
    if (cycleMomentum) setMomentum(group, between(group[momentum[0]]!, group[momentum[1]]!, pct));
    return between(group[lr[0]]!, group[lr[1]]!, pct);
  }
}

function phasesOf({ totalSteps, pctStart, threePhase }: Cycle): readonly Phase[] {
  const rise: Phase = {
    endStep: pctStart * totalSteps - 1,
    lr: ['initialLr', 'maxLr'],
    momentum: ['maxMomentum', 'baseMomentum'],
  };
  const last = totalSteps - 1;
  if (!threePhase) {
    return [rise, { endStep: last, lr: ['maxLr', 'minLr'], momentum: ['baseMomentum', 'maxMomentum'] }];
  }
  return [
    rise,
    {
      endStep: 2 * pctStart * totalSteps - 2,
      lr: ['maxLr', 'initialLr'],
      momentum: ['baseMomentum', 'maxMomentum'],
    },
    { endStep: last, lr: ['initialLr', 'minLr'], momentum: ['maxMomentum', 'maxMomentum'] },
  ];
}

function totalStepsOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleLROptions): number {
  if (totalSteps !== undefined) {
    checkInteger('OneCycleLR', 'totalSteps', totalSteps, 1);
    return totalSteps;
  }
  if (epochs === undefined || stepsPerEpoch === undefined) {
    throw new Error('OneCycleLR: expected totalSteps, or both epochs and stepsPerEpoch');
  }
  checkInteger('OneCycleLR', 'epochs', epochs, 1);
  checkInteger('OneCycleLR', 'stepsPerEpoch', stepsPerEpoch, 1);
  return epochs * stepsPerEpoch;
}

/** Writes the cycle's bounds into the groups, where a resumed schedule finds them again. */
function setBounds({ paramGroups }: Scheduled, options: OneCycleLROptions, cycleMomentum: boolean): void {
  const { maxLr, divFactor = 25, finalDivFactor = 1e4, maxMomentum = 0.95, baseMomentum = 0.85 } = options;
  const ofGroup = (name: string, value: number | readonly number[], i: number): number => {
    if (typeof value === 'number') return value;
    if (value.length !== paramGroups.length) {
      throw new Error(
        `OneCycleLR: ${name} has ${value.length} values; the optimizer has ${paramGroups.length} groups`,
      );
    }
    return value[i]!;
  };
  paramGroups.forEach((group, i) => {
    group.maxLr = ofGroup('maxLr', maxLr, i);
    group.initialLr = group.maxLr / divFactor;
    group.minLr = group.initialLr / finalDivFactor;
    if (!cycleMomentum) return;
    if (group.momentum === undefined && group.betas === undefined) {
      throw new Error('OneCycleLR: cycleMomentum is set, but the optimizer has neither momentum nor betas');
    }
    group.maxMomentum = ofGroup('maxMomentum', maxMomentum, i);
    group.baseMomentum = ofGroup('baseMomentum', baseMomentum, i);
    setMomentum(group, group.maxMomentum);
  });
}

function setMomentum(group: ScheduledGroup, momentum: number): void {
  if (group.betas) group.betas = [momentum, group.betas[1]];
  else group.momentum = momentum;
}
