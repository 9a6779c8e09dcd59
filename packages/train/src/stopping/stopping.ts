import type { Json } from '../checkpoints/json.ts';
import type { TrainingEvent } from '../events.ts';

/** A rule that ends a run by the run's events. Its state is saved in each checkpoint. */
export interface Stopping {
  /** @returns why the run should end, in words; undefined when it may continue */
  observe(event: TrainingEvent): string | undefined;
  /** How much of its limit is used, 0 to 1, for reporters; absent when unknown. */
  readonly fraction?: number | undefined;
  state(): Json;
  /** @throws CheckpointError when the state is not of this kind */
  load(state: Json): void;
}
