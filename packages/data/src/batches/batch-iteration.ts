import type { Json } from '../json.ts';

/**
 * Batches, epoch after epoch: each `for await` over it is one epoch, with the order that its number gives.
 *
 * `state()` after any batch is plain JSON, and another process that loads it gets exactly the batches that were left, and the same
 * epochs after. There is one loop at a time: a loop that is left early is not gone on with, the next is the next epoch.
 */
export interface Batches<B> extends AsyncIterable<B> {
  /** The epoch that is under way, or comes next; from 0. */
  readonly epoch: number;
  /** Where the batches stand, after the last that was given. */
  state(): Json;
  /**
   * Makes the next loop go on from a state.
   *
   * @throws CheckpointError where it is of other data or options; the batches then stand where they stood
   */
  load(state: Json): void;
}
