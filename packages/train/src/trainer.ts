import { idle } from '@unroll/backend';
import { type Module, save } from '@unroll/nn';
import type { Metrics } from './evaluate.ts';
import { onInterrupt } from './interrupts.ts';
import type { ReporterLike } from './reporting/reporters.ts';
import { checkTrainerOptions, type TrainerOptions } from './trainer-options.ts';
import type { TrainingResult } from './training-result.ts';
import { TrainingRun } from './training-run.ts';

/**
 * Trains a module: goes through batches, makes updates, validates, keeps what is best, and writes checkpoints that a later run goes on
 * from to the bit.
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

  /** @throws ArgumentError where an option is not what it has to be */
  constructor(options: TrainerOptions<Batch, Judged>) {
    const given = checkTrainerOptions(options);
    this.model = given.model;
    this.#run = new TrainingRun(given);
    this.#isInterruptible = given.interruptible ?? true;
  }

  /**
   * Trains until the epochs or steps are over, something stops it, or it is interrupted. With checkpoints it goes on from the newest.
   *
   * @throws (rejects) NonFiniteError where a loss or gradient is not finite and such batches are not skipped; CheckpointError where a
   *   checkpoint does not fit the run; StoreError where one cannot be written; what the loss, a metric or a reporter throws
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

  /** The model's weights as they are now, as `nn.save` gives them and `nn.load` takes them. Resolves when the backend is idle. */
  async saveWeights(): Promise<Uint8Array<ArrayBuffer>> {
    const weights = await save(this.model);
    await idle();
    return weights;
  }

  /** Adds what is told of the run; before `fit`, that it misses nothing. */
  addReporter(reporter: ReporterLike): void {
    this.#run.addReporter(reporter);
  }

  /** Ends the run after the step under way, with a checkpoint if it keeps any; `fit` then resolves. */
  stop(message = 'stop() was called'): void {
    this.#run.stop(message);
  }

  /** Makes the run wait after the step under way. */
  pause(): void {
    this.#run.pause();
  }

  resume(): void {
    this.#run.resume();
  }
}
