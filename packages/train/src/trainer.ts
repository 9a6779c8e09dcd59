import { idle } from '@unroll/backend';
import { type Module, save } from '@unroll/nn';
import type { Metrics } from './evaluate.ts';
import { onInterrupt } from './interrupts.ts';
import type { ReporterLike } from './reporting/reporters.ts';
import { checkTrainerOptions, type TrainerOptions } from './trainer-options.ts';
import type { TrainingResult } from './training-result.ts';
import { TrainingRun } from './training-run.ts';

/**
 * Trains a module: it reads batches, makes updates, validates, keeps the best weights, and writes checkpoints from
 * which a later run continues exactly, to the bit.
 *
 * @example
 * const trainer = new Trainer({
 *   model,
 *   optimizer: new AdamW(model.parameters(), { lr: 1e-3 }),
 *   batches: training,
 *   loss: ({ words, label }) => nn.crossEntropy(model.forward(words), label),
 *   epochs: 20,
 *   validation: { batches: heldOut },
 *   stopping: earlyStopping({ patience: 3 }),
 *   checkpoints: { store: folder('runs/words') },
 *   reporters: [progress()],
 * });
 * await trainer.fit();
 */
export class Trainer<Batch, Judged extends Metrics = Metrics> {
  readonly model: Module;
  readonly #run: TrainingRun<Batch, Judged>;
  readonly #isInterruptible: boolean;
  #hasBegun = false;

  /** @throws ArgumentError when an option is invalid */
  constructor(options: TrainerOptions<Batch, Judged>) {
    const given = checkTrainerOptions(options);
    this.model = given.model;
    this.#run = new TrainingRun(given);
    this.#isInterruptible = given.interruptible ?? true;
  }

  /**
   * Trains until a limit of epochs or steps, a stopping rule, or an interruption. With checkpoints it continues from
   * the newest.
   *
   * @throws (rejects) NonFiniteError when a loss or gradient is not finite and such batches are not skipped;
   *   CheckpointError when a checkpoint does not fit the run; StoreError when a checkpoint cannot be written; any error
   *   of the loss, a metric or a reporter
   */
  async fit(): Promise<TrainingResult> {
    if (this.#hasBegun)
      throw new Error('Trainer.fit: it was called already; a new Trainer goes on from the checkpoint');
    this.#hasBegun = true;
    const ignore = this.#isInterruptible
      ? onInterrupt((signal) => this.stop(`interrupted by ${signal}`))
      : () => {};
    try {
      return await this.#run.fit();
    } finally {
      ignore();
    }
  }

  /**
   * The model's current weights, as `nn.save` returns and `nn.load` accepts them. Resolves when the backend is idle.
   */
  async saveWeights(): Promise<Uint8Array<ArrayBuffer>> {
    const weights = await save(this.model);
    await idle();
    return weights;
  }

  /** Adds a reporter. Call it before `fit`, so that the reporter receives all events. */
  addReporter(reporter: ReporterLike): void {
    this.#run.addReporter(reporter);
  }

  /** Ends the run after the current step, with a checkpoint if the run has checkpoints. `fit` then resolves. */
  stop(message = 'stop() was called'): void {
    this.#run.stop(message);
  }

  /** Pauses the run after the current step. */
  pause(): void {
    this.#run.pause();
  }

  resume(): void {
    this.#run.resume();
  }
}
