import type { ExponentialMovingAverage } from '@unroll/optim';
import { Accumulation, type MadeUpdate } from './accumulate.ts';
import { lossOf } from './loss-of.ts';
import type { TrainerOptions } from './trainer-options.ts';
import { UpdateSteps } from './update-steps.ts';
import { weightOf } from './weight-of.ts';

/** The trainer's options that a learner uses. */
type LearnerOptions<Batch> = Pick<
  TrainerOptions<Batch>,
  'optimizer' | 'loss' | 'weight' | 'accumulate' | 'compile' | 'schedule' | 'clipGradNorm' | 'clipGradValue'
>;

/** The figures of an update, and its learning rate. */
export interface LearnerUpdate extends MadeUpdate {
  readonly lr: number;
}

/** Makes updates from batches: it combines their gradients, then steps the optimizer, the schedule and the average. */
export class Learner<Batch> {
  readonly #options: LearnerOptions<Batch>;
  readonly #average: ExponentialMovingAverage | undefined;
  readonly #steps: UpdateSteps<Batch>;
  readonly #accumulation: Accumulation<Batch>;

  constructor(options: LearnerOptions<Batch>, average: ExponentialMovingAverage | undefined) {
    const { optimizer, loss, compile, clipGradNorm, clipGradValue } = options;
    this.#options = options;
    this.#average = average;
    this.#steps = new UpdateSteps({
      optimizer,
      loss: (batch: Batch) => lossOf('Trainer', loss, batch),
      compile,
      clipGradNorm,
      clipGradValue,
    });
    this.#accumulation = new Accumulation(this.#steps);
  }

  /**
   * Adds a batch, unless its weight is 0.
   *
   * @returns the reason when its loss or a gradient is not finite
   */
  async take(batch: Batch): Promise<string | undefined> {
    const { weight = () => 1 } = this.#options;
    const own = weightOf('Trainer', weight, batch);
    return own > 0 ? await this.#accumulation.add(batch, own) : undefined;
  }

  /** Number of batches in the next update */
  get taken(): number {
    return this.#accumulation.batches;
  }

  /** Whether the next update has all its batches. */
  get isFull(): boolean {
    return this.taken === (this.#options.accumulate ?? 1);
  }

  async update(): Promise<LearnerUpdate> {
    const { optimizer, schedule } = this.#options;
    const { lr } = optimizer.paramGroups[0]!;
    const made = await this.#accumulation.update();
    if (schedule?.each === 'step') schedule.scheduler.step(made.loss);
    this.#average?.update();
    return { ...made, lr };
  }

  /** Frees the accumulated gradients and the average. */
  dispose(): void {
    this.#accumulation.clear();
    this.#steps.dispose();
    this.#average?.dispose();
  }
}
