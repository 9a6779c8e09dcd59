import { UnrollError } from '@unroll/backend/errors';

/** A batch whose loss or gradient is NaN or infinite; nothing was updated by it. */
export class NonFiniteError extends UnrollError {
  override readonly name = 'NonFiniteError';
  /** From 0 */
  readonly epoch: number;
  /** The batch's number in its epoch, from 0 */
  readonly batch: number;
  /** Updates made before */
  readonly step: number;

  constructor(reason: string, { epoch, batch, step }: { epoch: number; batch: number; step: number }) {
    super(
      `Trainer.fit: ${reason} in batch ${batch} of epoch ${epoch} (counted from 0), after step ${step}; nothing was updated by it. A lower learning rate or ` +
        "clipGradNorm may help; nonFinite: 'skip' leaves such batches out",
    );
    this.epoch = epoch;
    this.batch = batch;
    this.step = step;
  }
}
