import type { TrainingEvent } from '../events.ts';

/** Receives a run's events: it shows, writes or draws them. An error that it throws ends the run. */
export interface Reporter {
  /** The run waits for the returned promise. */
  report(event: TrainingEvent): void | Promise<void>;
  /** Called after the last event, also when the run fails. */
  close?(): void | Promise<void>;
}
