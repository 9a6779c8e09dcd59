import { ExponentialMovingAverage } from './averaging/exponential-moving-average.ts';
import { BestWeights } from './best-weights.ts';
import { CheckpointsOfRun } from './checkpoints-of-run.ts';
import { EpochReader } from './epoch-reader.ts';
import type { Metrics } from './evaluate.ts';
import type { EndReason, Position, TrainingEvent } from './events.ts';
import { Learner } from './learner.ts';
import { NonFiniteError } from './non-finite-error.ts';
import { Pause } from './pause.ts';
import { type Best, type RunProgress, runBegin } from './progress-of-run.ts';
import { type ReporterLike, Reporters } from './reporting/reporters.ts';
import type { Stopping } from './stopping/stopping.ts';
import type { TrainerOptions } from './trainer-options.ts';
import { resumeFrom, type TrainingParts } from './training-state.ts';
import { Turns } from './turns.ts';
import { ValidationOfRun } from './validation-of-run.ts';

/** How a run ended. */
export interface TrainingResult {
  readonly reason: EndReason;
  /** In words: `loss was not better than 0.31 in 3 validations` */
  readonly message: string;
  /** Epochs that ended */
  readonly epoch: number;
  /** Updates made, those before a resume included */
  readonly step: number;
  /** The best validation; null where there was none */
  readonly best: Best | null;
  /** What a validation after the last step gave; empty where there was none */
  readonly values: Readonly<Record<string, number>>;
  /** The newest checkpoint's name */
  readonly checkpoint?: string;
}

type End = Pick<TrainingResult, 'reason' | 'message'>;

/** A run of a trainer: the loop. */
export class TrainingRun<Batch, Judged extends Metrics> {
  readonly #options: TrainerOptions<Batch, Judged>;
  readonly #reader: EpochReader<Batch>;
  readonly #learner: Learner<Batch>;
  readonly #validation: ValidationOfRun<Batch, Judged> | undefined;
  readonly #checkpoints: CheckpointsOfRun | undefined;
  readonly #best: BestWeights | undefined;
  readonly #stoppings: readonly Stopping[];
  readonly #reporters: Reporters;
  readonly #parts: TrainingParts;
  readonly #pause = new Pause();
  readonly #turns = new Turns();
  readonly #progress: RunProgress = runBegin();
  /** The figures of the weights as they are; none since they were updated */
  #figures: Readonly<Record<string, number>> = {};
  #isSaved = false;
  #end: End | undefined;
  #batchesPerEpoch: number | undefined;

  constructor(given: TrainerOptions<Batch, Judged>) {
    const {
      model,
      optimizer,
      schedule,
      average,
      validation,
      checkpoints,
      stopping = [],
      others = {},
    } = given;
    this.#options = given;
    this.#reader = new EpochReader(given.batches);
    const averaging = average && new ExponentialMovingAverage(model, average);
    this.#learner = new Learner(given, averaging);
    this.#validation =
      validation && new ValidationOfRun({ loss: given.loss, weight: given.weight, ...validation });
    const monitored = this.#validation?.monitored ?? {};
    this.#checkpoints = checkpoints && new CheckpointsOfRun(checkpoints, monitored);
    if (given.restoreBest) this.#best = new BestWeights(this.#checkpoints);
    this.#stoppings = 'observe' in stopping ? [stopping] : stopping;
    this.#reporters = new Reporters(given.reporters ?? []);
    const own = this.#stoppings.map((one, i) => [`stopping[${i}]`, one] as const);
    const heldOut = validation && { 'validation.batches': new EpochReader(validation.batches) };
    this.#parts = {
      model,
      optimizer,
      schedule: schedule?.scheduler,
      average: averaging,
      monitored,
      batches: this.#reader,
      others: { ...others, ...Object.fromEntries(own), ...heldOut },
    };
  }

  /** Goes from the beginning, or the newest checkpoint, to the end. */
  async fit(): Promise<TrainingResult> {
    try {
      await this.#begin();
      while (!this.#end) await this.#epoch();
      return await this.#finish(this.#end);
    } finally {
      this.#learner.dispose();
      await this.#reporters.close();
    }
  }

  addReporter(reporter: ReporterLike): void {
    this.#reporters.add(reporter);
  }

  stop(message: string): void {
    this.#end ??= { reason: 'interrupted', message };
    this.resume();
  }

  pause(): void {
    if (!this.#end) this.#pause.close();
  }

  resume(): void {
    this.#pause.open();
  }

  async #begin(): Promise<void> {
    const { epochs, steps, accumulate = 1 } = this.#options;
    this.#batchesPerEpoch = await this.#reader.count();
    const resumed = await this.#checkpoints?.toResume();
    if (resumed) {
      Object.assign(this.#progress, await resumeFrom(this.#parts, resumed.checkpoint));
      this.#figures = resumed.checkpoint.metrics;
      this.#isSaved = true;
      for (const message of resumed.warnings)
        await this.#tell({ type: 'warning', ...this.#position(), message });
    }
    await this.#tell({
      type: 'start',
      ...this.#position(),
      ...(resumed && { resumedFrom: resumed.checkpoint.name }),
      ...(epochs !== undefined && { epochs }),
      ...(steps !== undefined && { steps }),
      ...(this.#batchesPerEpoch && { stepsPerEpoch: Math.ceil(this.#batchesPerEpoch / accumulate) }),
    });
    this.#checkLimits();
  }

  async #epoch(): Promise<void> {
    const progress = this.#progress;
    let begin = performance.now();
    for await (const { batch, index } of this.#reader.read(progress.epoch, progress.batch)) {
      progress.batch = index + 1;
      await this.#take(batch, index);
      if (this.#learner.isFull) begin = await this.#update(index, begin);
      await this.#turns.giveWay();
      await this.#pause.passed();
      // An epoch whose last batch was the run's last step ends as any other.
      const isOver = this.#end?.reason === 'steps' && progress.batch === this.#batchesPerEpoch;
      if (this.#end && !isOver && this.#learner.taken === 0) return;
    }
    if (this.#learner.taken > 0) await this.#update(progress.batch - 1, begin);
    if (this.#end?.reason !== 'interrupted') await this.#endEpoch();
  }

  async #take(batch: Batch, index: number): Promise<void> {
    let reason: string | undefined;
    try {
      reason = await this.#learner.take(batch);
    } finally {
      this.#reader.release(batch);
    }
    if (reason === undefined) return;
    const at = { ...this.#position(), batch: index };
    if (this.#options.nonFinite !== 'skip') throw new NonFiniteError(reason, at);
    await this.#tell({ type: 'skip', ...at, reason });
  }

  /** @returns when it was over */
  async #update(batch: number, begin: number): Promise<number> {
    const progress = this.#progress;
    const made = await this.#learner.update();
    const now = performance.now();
    const seconds = (now - begin) / 1000;
    progress.step++;
    progress.lossTotal += made.loss * made.weight;
    progress.weightTotal += made.weight;
    progress.epochSeconds += seconds;
    this.#figures = {};
    this.#isSaved = false;
    await this.#tell({ type: 'step', ...this.#position(), batch, ...made, seconds });
    this.#checkLimits();
    await this.#judgeAndSave({ steps: progress.step });
    return performance.now();
  }

  async #endEpoch(): Promise<void> {
    const { epoch, lossTotal, weightTotal, epochSeconds: seconds } = this.#progress;
    if (weightTotal === 0)
      throw new Error(`Trainer.fit: every batch of epoch ${epoch} was left out; nothing was learnt from it`);
    const at = this.#position();
    Object.assign(this.#progress, {
      ...runBegin(),
      epoch: epoch + 1,
      step: at.step,
      best: this.#progress.best,
    });
    const { schedule } = this.#options;
    if (schedule?.each === 'epoch') schedule.scheduler.step(lossTotal / weightTotal);
    this.#isSaved = false;
    await this.#tell({ type: 'epoch', ...at, loss: lossTotal / weightTotal, seconds });
    this.#checkLimits();
    await this.#judgeAndSave({ epochs: epoch + 1 });
  }

  /** Validates and writes a checkpoint, where either is due after so many steps or epochs. */
  async #judgeAndSave(count: { readonly steps?: number; readonly epochs?: number }): Promise<void> {
    const best = this.#validation?.isDue(count) ? await this.#validate(this.#validation) : false;
    if (this.#checkpoints?.isDue({ ...count, best })) await this.#save(this.#checkpoints);
  }

  async #validate(validation: ValidationOfRun<Batch, Judged>): Promise<boolean> {
    const { model, schedule } = this.#options;
    const { average } = this.#parts;
    const { value: monitored, mode } = validation.monitored;
    const { values, best, seconds } = await validation.run(model, average, this.#progress);
    this.#figures = values;
    if (best) {
      this.#progress.best = { value: values[monitored]!, step: this.#progress.step };
      await this.#best?.keep(model, average);
    }
    if (schedule?.each === 'validation') schedule.scheduler.step(values[monitored]!);
    await this.#tell({ type: 'validation', ...this.#position(), values, monitored, mode, best, seconds });
    return best;
  }

  async #save(checkpoints: CheckpointsOfRun): Promise<void> {
    const name = await checkpoints.write(this.#parts, this.#progress, this.#figures);
    this.#isSaved = true;
    await this.#tell({ type: 'checkpoint', ...this.#position(), name, location: checkpoints.location });
  }

  async #finish({ reason, message }: End): Promise<TrainingResult> {
    const { model } = this.#options;
    if (this.#checkpoints && !this.#isSaved) await this.#save(this.#checkpoints);
    await this.#best?.restore(model);
    const newest = this.#checkpoints?.newest;
    const checkpoint = newest !== undefined && { name: newest, location: this.#checkpoints!.location };
    await this.#tell({
      type: 'end',
      ...this.#position(),
      reason,
      message,
      ...(checkpoint && { checkpoint }),
    });
    const { epoch, step, best } = this.#progress;
    return {
      reason,
      message,
      epoch,
      step,
      best,
      values: this.#figures,
      ...(checkpoint && { checkpoint: checkpoint.name }),
    };
  }

  /** Tells all that listen; what ends runs may do so. */
  async #tell(event: TrainingEvent): Promise<void> {
    for (const stopping of this.#stoppings) {
      const message = stopping.observe(event);
      if (message !== undefined) this.#end ??= { reason: 'stopping', message };
    }
    await this.#reporters.report(event);
  }

  #checkLimits(): void {
    const { epochs = Number.POSITIVE_INFINITY, steps = Number.POSITIVE_INFINITY } = this.#options;
    const { epoch, step } = this.#progress;
    if (step >= steps) this.#end ??= { reason: 'steps', message: `${steps} steps are made` };
    else if (epoch >= epochs) this.#end ??= { reason: 'epochs', message: `${epochs} epochs are over` };
  }

  #position(): Position {
    const { epoch, step } = this.#progress;
    return { epoch, step };
  }
}
