import { load, type Module, save } from '@unroll/nn';
import type { ExponentialMovingAverage } from '@unroll/optim';
import { savedAverage } from './averaging/saved-average.ts';
import type { CheckpointsOfRun } from './checkpoints-of-run.ts';
import type { RunProgress } from './progress-of-run.ts';
import { weightsIn } from './training-state.ts';

/** Keeps the weights of a run's best validation: in its checkpoints, or in memory when the run has no checkpoints. */
export class BestWeights {
  readonly #checkpoints: CheckpointsOfRun | undefined;
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  constructor(checkpoints: CheckpointsOfRun | undefined) {
    this.#checkpoints = checkpoints;
  }

  /** Keeps the current weights, or their averages. */
  async keep(model: Module, average: ExponentialMovingAverage | undefined): Promise<void> {
    if (this.#checkpoints) return;
    this.#bytes = await (average ? savedAverage(average, model) : save(model));
  }

  /**
   * Loads the best weights back into the model, if there are any. When the best checkpoint is damaged or missing, it
   * takes the next best and corrects `progress.best`.
   *
   * @returns warnings
   */
  async restore(model: Module, progress: RunProgress): Promise<string[]> {
    if (!this.#checkpoints) {
      if (this.#bytes) await load(model, this.#bytes);
      return [];
    }
    const { best, warnings } = await this.#checkpoints.best();
    if (best) await load(model, weightsIn(best));
    if (!progress.best || best?.step === progress.best.step) return warnings;
    const { step } = progress.best;
    const taken = best ? `those of ${best.name} are taken` : 'the last ones stay';
    progress.best = best ? { value: best.value, step: best.step } : null;
    return [...warnings, `the best weights, after step ${step}, are not among the checkpoints; ${taken}`];
  }
}
