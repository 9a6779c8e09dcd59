import type { Json } from '../checkpoints/json.ts';
import type { TrainingEvent } from '../events.ts';

/** Ends a run by what it sees of it. Its state is saved with each checkpoint. */
export interface Stopping {
  /** @returns why the run is to end, in words; undefined where it may go on */
  observe(event: TrainingEvent): string | undefined;
  /** How much of what it allows is used up, 0 to 1, for who shows the run; left out where it cannot say. */
  readonly fraction?: number | undefined;
  state(): Json;
  /** @throws CheckpointError where it is no state of this kind */
  load(state: Json): void;
}
