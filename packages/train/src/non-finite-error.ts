import { UnrollError } from '@unroll/backend/errors';

/** The loss or a gradient of a batch is NaN or infinite. No update was made with the batch. */
export class NonFiniteError extends UnrollError {
  override readonly name = 'NonFiniteError';
  /** The epoch, from 0 */
  readonly epoch: number;
  /** The batch's index in its epoch, from 0 */
  readonly batch: number;
  /** Number of updates made before */
  readonly step: number;

  constructor(reason: string, { epoch, batch, step }: { epoch: number; batch: number; step: number }) {
    super(
      `Trainer.fit: ${reason} in batch ${batch} of epoch ${epoch} (counted from 0), after step ${step}; nothing was updated by it. Look at the batch's values; if ` +
        "values grow from step to step, a lower learning rate or clipGradNorm helps. nonFinite: 'skip' leaves such batches out",
    );
    this.epoch = epoch;
    this.batch = batch;
    this.step = step;
  }
}
