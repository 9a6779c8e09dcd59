import { kind } from '@unroll/backend/checks';
import type { Json } from './checkpoints/json.ts';
import { savedFields } from './saved-fields.ts';

/** The best validation so far. */
export interface Best {
  /** The monitored value */
  readonly value: number;
  readonly step: number;
}

/** How far a run came, in numbers. */
export interface RunProgress {
  /** The epoch under way, from 0 */
  epoch: number;
  /** Updates made */
  step: number;
  /** Batches that the epoch gave so far */
  batch: number;
  /** Whether it gave all: batches that know where they stand are then at the next epoch's begin */
  allRead: boolean;
  /** The sum of the epoch's losses, each times its weight, and that of the weights */
  lossTotal: number;
  weightTotal: number;
  /** Seconds that the epoch took so far */
  epochSeconds: number;
  best: Best | null;
  /** The step after which the last validation was */
  validatedAt: number | null;
  /** Where what batches draw from stood at the epoch's begin; null where batches know where they stand */
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

/** @throws CheckpointError where it is none */
export const runProgress = (state: Json | undefined): RunProgress => ({
  ...savedFields<RunProgress>('Trainer', state, kinds),
});
