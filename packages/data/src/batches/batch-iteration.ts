import type { Json } from '../json.ts';

/**
 * Batches, epoch after epoch. Each `for await` loop over them is one epoch, in the order of that epoch.
 *
 * After any batch, `state()` returns plain JSON. Another process that loads it gets exactly the remaining batches, and
 * the same later epochs. Only one loop may run at a time. A loop that is left early cannot be continued; the next loop
 * is the next epoch.
 */
export interface Batches<B> extends AsyncIterable<B> {
  /** The current or next epoch, from 0. */
  readonly epoch: number;
  /** The position after the last yielded batch. */
  state(): Json;
  /**
   * Makes the next loop continue from a state.
   *
   * @throws CheckpointError when the state belongs to other data or options; the position is then unchanged
   */
  load(state: Json): void;
}
