import type { TrainingEvent } from '../events.ts';

/** Takes a run's events: shows, writes or draws them. What it throws ends the run. */
export interface Reporter {
  /** The run waits for it. */
  report(event: TrainingEvent): void | Promise<void>;
  /** Comes after the last event, also where the run fails. */
  close?(): void | Promise<void>;
}
