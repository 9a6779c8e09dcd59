import type { Json } from './checkpoints/json.ts';

/**
 * Something with a state of its own that checkpoints carry: batches that say where they stand, a generator of a program's own, what ends
 * a run.
 */
export interface Resumable {
  /** Plain data, as JSON has it */
  state(): Json;
  /** Goes on from there. */
  load(state: Json): void;
}
