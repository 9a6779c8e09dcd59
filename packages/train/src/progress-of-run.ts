import { kind } from '@unroll/backend/checks';
import type { Json } from './checkpoints/json.ts';
import { savedFields } from './saved-fields.ts';

/** The best validation so far. */
export interface Best {
  /** The monitored value */
  readonly value: number;
  readonly step: number;
}

/** The position of a run, in numbers. */
export interface RunProgress {
  /** The current epoch, from 0 */
  epoch: number;
  /** Number of updates made */
  step: number;
  /** Number of batches of the current epoch that were read */
  batch: number;
  /** Whether the epoch's batches have all been read. Resumable batches are then at the beginning of the next epoch */
  allRead: boolean;
  /** The sum of the epoch's losses times their weights; `weightTotal` is the sum of the weights */
  lossTotal: number;
  weightTotal: number;
  /** Duration of the current epoch so far, in seconds */
  epochSeconds: number;
  best: Best | null;
  /** The step after which the last validation ran */
  validatedAt: number | null;
  /**
   * The random state at the beginning of the epoch, from which the batches drew; null when the batches know their
   * position
   */
  epochBegin: Json;
}

export const runBegin = (): RunProgress => ({
  epoch: 0,
  step: 0,
  batch: 0,
  allRead: false,
  lossTotal: 0,
  weightTotal: 0,
  epochSeconds: 0,
  best: null,
  validatedAt: null,
  epochBegin: null,
});

const isBest = (value: unknown): boolean =>
  kind.record.fits(value) &&
  typeof (value as Best).value === 'number' &&
  Number.isInteger((value as Best).step);

const kinds = {
  epoch: kind.whole(0),
  step: kind.whole(0),
  batch: kind.whole(0),
  allRead: kind.flag,
  lossTotal: kind.finite,
  weightTotal: kind.atLeast(0),
  epochSeconds: kind.atLeast(0),
  validatedAt: kind.anything,
  epochBegin: kind.anything,
  best: {
    expected: 'null or a best value with its step',
    fits: (value: unknown) => value === null || isBest(value),
  },
};

/** @throws CheckpointError when the state is not a run's progress */
export const runProgress = (state: Json | undefined): RunProgress => ({
  ...savedFields<RunProgress>('Trainer', state, kinds),
});
