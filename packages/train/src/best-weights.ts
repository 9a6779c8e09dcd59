import { load, type Module, save } from '@unroll/nn';
import type { ExponentialMovingAverage } from './averaging/exponential-moving-average.ts';
import type { CheckpointsOfRun } from './checkpoints-of-run.ts';
import { weightsIn } from './training-state.ts';

/** The weights of a run's best validation: in its checkpoints, or in memory where it has none. */
export class BestWeights {
  readonly #checkpoints: CheckpointsOfRun | undefined;
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  constructor(checkpoints: CheckpointsOfRun | undefined) {
    this.#checkpoints = checkpoints;
  }

  /** Keeps the weights as they are, or their averages. */
  async keep(model: Module, average: ExponentialMovingAverage | undefined): Promise<void> {
    if (this.#checkpoints) return;
    const swapBack = average?.swapIn();
    const saved = save(model);
    swapBack?.();
    this.#bytes = await saved;
  }

  /** Gives them back to the model, if there are any. */
  async restore(model: Module): Promise<void> {
    const best = await this.#checkpoints?.best();
    const bytes = best ? weightsIn(best) : this.#bytes;
    if (bytes) await load(model, bytes);
  }
}
