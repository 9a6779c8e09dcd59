import type { SavedOption } from '../saved-state.ts';
import type { Scheduled } from './scheduled.ts';

/** A schedule's state under PyTorch's keys: plain data that survives JSON. */
export type SchedulerStateDict = Readonly<Record<string, SavedValue>>;

export type SavedValue = SavedOption | string | readonly SchedulerStateDict[];

/** What all schedules do. */
export interface Schedule {
  readonly optimizer: Scheduled;
  /** Sets the rates of the next step or epoch; call it after the optimizer's. */
  step(): void;
  /** The rates that were set last, by group. */
  getLastLr(): readonly number[];
  stateDict(): SchedulerStateDict;
  /** Takes over a saved state, all or, where something does not fit, nothing. */
  loadStateDict(stateDict: SchedulerStateDict): void;
  /**
   * Checks a saved state.
   *
   * @returns what takes it over, so that several schedules can load all of their states or none
   * @throws where something does not fit
   */
  checkStateDict(stateDict: SchedulerStateDict): () => void;
}
