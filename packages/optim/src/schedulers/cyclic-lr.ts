import { checkOptions, kind } from '@unroll/backend/checks';
import { LRScheduler, type ResumeOptions, resumeKinds } from './lr-scheduler.ts';
import { checkHasMomentum, perGroup } from './per-group.ts';
import { SavedSchedule, savedName } from './saved-schedule.ts';
import type { SchedulerStateDict } from './schedule.ts';
import type { Scheduled, ScheduledGroup } from './scheduled.ts';

/** How the height of cycles changes: not at all, halved with each cycle, or by a power of `gamma` with each step. */
export type CyclicMode = 'triangular' | 'triangular2' | 'exp_range';

export interface CyclicLROptions extends ResumeOptions {
  /** The lowest rate, where the first cycle begins, for all groups or for each */
  baseLr: number | readonly number[];
  /** The highest rate of a cycle at full height, for all groups or for each */
  maxLr: number | readonly number[];
  /** Steps of the rising half, above 0. Default 2000. */
  stepSizeUp?: number | undefined;
  /** Steps of the falling half, above 0. Default `stepSizeUp`. */
  stepSizeDown?: number | undefined;
  /** Default 'triangular'. `scaleFn` replaces it. */
  mode?: CyclicMode | undefined;
  /** γ of `exp_range`. Default 1. */
  gamma?: number | undefined;
  /**
   * The factor of a cycle's height, instead of `mode`. It is called with the number of the cycle (from 1) or of the
   * step (from 0).
   */
  scaleFn?: ((x: number) => number) | undefined;
  /** What `scaleFn` is called with. Default 'cycle' */
  scaleMode?: 'cycle' | 'iterations' | undefined;
  /** Move momentum (or `betas[0]`) the other way. Default true. */
  cycleMomentum?: boolean | undefined;
  /** Momentum at the highest rate, for all groups or for each. Default 0.8. */
  baseMomentum?: number | readonly number[] | undefined;
  /** Momentum at the lowest rate, for all groups or for each. Default 0.9. */
  maxMomentum?: number | readonly number[] | undefined;
}

/** The values that determine the cycles, as PyTorch saves them. */
interface Cycles {
  maxLrs: readonly number[];
  totalSize: number;
  /** The part of a cycle in which the rate rises */
  stepRatio: number;
  mode: CyclicMode;
  gamma: number;
  scaleFn: ((x: number) => number) | undefined;
  scaleMode: 'cycle' | 'iterations';
  cycleMomentum: boolean;
  baseMomentums: readonly number[];
  maxMomentums: readonly number[];
}

const numbers = kind.listOf(kind.finite);

const cycleKinds = {
  maxLrs: numbers,
  totalSize: kind.above(0),
  stepRatio: kind.inside('(0, 1)'),
  mode: kind.choice('triangular', 'triangular2', 'exp_range'),
  gamma: kind.finite,
  scaleFn: kind.func,
  scaleMode: kind.choice('cycle', 'iterations'),
  cycleMomentum: kind.flag,
  baseMomentums: numbers,
  maxMomentums: numbers,
};

const kinds = {
  baseLr: kind.required(kind.eachGroup(kind.finite)),
  maxLr: kind.required(kind.eachGroup(kind.finite)),
  stepSizeUp: kind.above(0),
  stepSizeDown: kind.above(0),
  mode: cycleKinds.mode,
  gamma: cycleKinds.gamma,
  scaleFn: cycleKinds.scaleFn,
  scaleMode: cycleKinds.scaleMode,
  cycleMomentum: cycleKinds.cycleMomentum,
  baseMomentum: kind.eachGroup(kind.finite),
  maxMomentum: kind.eachGroup(kind.finite),
  ...resumeKinds,
};

/** The factor of a cycle's height; `x` is the number of the cycle or of the step. */
const scales: Readonly<Record<CyclicMode, (x: number, gamma: number) => number>> = {
  triangular: () => 1,
  triangular2: (cycle) => 1 / 2 ** (cycle - 1),
  exp_range: (step, gamma) => gamma ** step,
};

/**
 * Cyclical rates (Smith, 2017), as `torch.optim.lr_scheduler.CyclicLR`: the rate rises from `baseLr` towards `maxLr` and falls back,
 * again and again, in straight lines. Step it after each batch. `baseLr` replaces the groups' own rates.
 *
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.lr_scheduler.CyclicLR.html
 */
export class CyclicLR extends LRScheduler<Cycles> {
  /**
   * @throws where an option is out of its range or does not have one value per group, or where `cycleMomentum` is set
   *   and the optimizer has no momentum
   */
  constructor(optimizer: Scheduled, options: CyclicLROptions) {
    const given = checkOptions('CyclicLR', options, kinds);
    const { stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = 'triangular', gamma = 1 } = given;
    const { scaleFn, scaleMode = 'cycle', cycleMomentum = true, lastEpoch = -1 } = given;
    const ofGroups = (name: string, value: number | readonly number[]) =>
      perGroup('CyclicLR', name, value, optimizer);
    if (cycleMomentum) checkHasMomentum('CyclicLR', optimizer);
    const baseLrs = ofGroups('baseLr', given.baseLr);
    const cycles: Cycles = {
      maxLrs: ofGroups('maxLr', given.maxLr),
      totalSize: stepSizeUp + stepSizeDown,
      stepRatio: stepSizeUp / (stepSizeUp + stepSizeDown),
      mode,
      gamma,
      scaleFn,
      scaleMode: scaleFn ? scaleMode : mode === 'exp_range' ? 'iterations' : 'cycle',
      cycleMomentum,
      baseMomentums: cycleMomentum ? ofGroups('baseMomentum', given.baseMomentum ?? 0.8) : [],
      maxMomentums: cycleMomentum ? ofGroups('maxMomentum', given.maxMomentum ?? 0.9) : [],
    };
    const before = optimizer.paramGroups.map(({ lr }) => lr);
    const setRates = (rates: readonly number[]): void => {
      for (const [i, group] of optimizer.paramGroups.entries()) group.lr = rates[i]!;
    };
    if (lastEpoch === -1) setRates(baseLrs);
    try {
      super(optimizer, cycles, lastEpoch, cycleKinds);
    } catch (error) {
      setRates(before);
      throw error;
    }
    this.baseLrs = baseLrs;
  }

  protected override nextLr({ lr }: ScheduledGroup, baseLr: number | undefined, index: number): number {
    if (baseLr === undefined) return lr;
    return baseLr + (this.options.maxLrs[index]! - baseLr) * heightAt(this.lastEpoch, this.options);
  }

  protected override nextMomentum(_group: ScheduledGroup, index: number): number | undefined {
    const { cycleMomentum, baseMomentums, maxMomentums } = this.options;
    const highest = maxMomentums[index];
    if (!cycleMomentum || highest === undefined) return undefined;
    return highest - (highest - baseMomentums[index]!) * heightAt(this.lastEpoch, this.options);
  }

  override checkStateDict(stateDict: SchedulerStateDict): () => void {
    const load = super.checkStateDict(stateDict);
    const saved = new SavedSchedule('CyclicLR', stateDict);
    const baseLrs = saved.readRates('base_lrs', this.optimizer);
    const cycles = saved.readOptions(this.options);
    const lists = ['maxLrs', ...(cycles.cycleMomentum ? momentumLists : [])] as const;
    for (const name of lists) saved.checkOnePerGroup(savedName(name), cycles[name], baseLrs);
    return load;
  }
}

const momentumLists = ['baseMomentums', 'maxMomentums'] as const;

/** The height of the cycles at a step, from 0 at their lowest to 1 at full height. */
function heightAt(step: number, { totalSize, stepRatio, mode, gamma, scaleFn, scaleMode }: Cycles): number {
  const cycle = Math.floor(1 + step / totalSize);
  const done = 1 + step / totalSize - cycle; // in [0, 1)
  const part = done <= stepRatio ? done / stepRatio : (done - 1) / (stepRatio - 1);
  const x = scaleMode === 'cycle' ? cycle : step;
  return part * (scaleFn ? scaleFn(x) : scales[mode](x, gamma));
}
