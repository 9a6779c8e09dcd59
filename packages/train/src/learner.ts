import type { ExponentialMovingAverage } from '@unroll/optim';
import { Accumulation, type MadeUpdate } from './accumulate.ts';
import { lossOf } from './loss-of.ts';
import type { TrainerOptions } from './trainer-options.ts';
import { UpdateSteps } from './update-steps.ts';
import { weightOf } from './weight-of.ts';

/** What of a trainer's options a learner goes by. */
type LearnerOptions<Batch> = Pick<
  TrainerOptions<Batch>,
  'optimizer' | 'loss' | 'weight' | 'accumulate' | 'compile' | 'schedule' | 'clipGradNorm' | 'clipGradValue'
>;

/** An update, and the learning rate that it was made with. */
export interface LearnerUpdate extends MadeUpdate {
  readonly lr: number;
}

/** Makes updates of batches: their gradients together, the optimizer's step, then the schedule's and the average's. */
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
   * Takes a batch in, unless its weight is 0.
   *
   * @returns why not, where its loss or a gradient is not finite
   */
  async take(batch: Batch): Promise<string | undefined> {
    const { weight = () => 1 } = this.#options;
    const own = weightOf('Trainer', weight, batch);
    return own > 0 ? await this.#accumulation.add(batch, own) : undefined;
  }

  /** Batches that the next update is made of */
  get taken(): number {
    return this.#accumulation.batches;
  }

  /** Whether the next update has all the batches that it is made of. */
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

  /** Frees what it holds; the average too. */
  dispose(): void {
    this.#accumulation.clear();
    this.#steps.dispose();
    this.#average?.dispose();
  }
}
