import type { SavedOption } from '../saved-state.ts';
import type { Scheduled } from './scheduled.ts';

/** A schedule's state under PyTorch's keys: plain data that survives JSON. */
export type SchedulerStateDict = Readonly<Record<string, SavedValue>>;

export type SavedValue = SavedOption | string | readonly SchedulerStateDict[];

/** The methods of every schedule. */
export interface Schedule {
  readonly optimizer: Scheduled;
  /** Sets the rates of the next step or epoch. Call it after the optimizer's `step`. */
  step(): void;
  /** The rates that the last step set, by group. */
  getLastLr(): readonly number[];
  stateDict(): SchedulerStateDict;
  /** Loads a saved state, or nothing where something does not fit. */
  loadStateDict(stateDict: SchedulerStateDict): void;
  /**
   * Checks a saved state.
   *
   * @returns a function that loads it, so that several schedules can load all of their states or none
   * @throws where something does not fit
   */
  checkStateDict(stateDict: SchedulerStateDict): () => void;
}
