import type { Json } from './checkpoints/json.ts';

/**
 * An object whose state is stored in checkpoints: batches that know their position, a random generator of the program,
 * a stopping rule.
 */
export interface Resumable {
  /** Plain data that JSON can represent */
  state(): Json;
  /** Continues from a state. */
  load(state: Json): void;
}
