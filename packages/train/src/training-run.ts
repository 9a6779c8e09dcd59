import type { Json } from './checkpoints/json.ts';
import type { CheckpointsOfRun } from './checkpoints-of-run.ts';
import type { Metrics } from './evaluate.ts';
import type { Position, TrainingEvent } from './events.ts';
import { fractionDone } from './fraction-done.ts';
import type { Count } from './interval.ts';
import { NonFiniteError } from './non-finite-error.ts';
import { Pause } from './pause.ts';
import { type RunProgress, runBegin } from './progress-of-run.ts';
import type { ReporterLike } from './reporting/reporters.ts';
import { partsOf, type RunParts } from './run-parts.ts';
import type { TrainerOptions } from './trainer-options.ts';
import { type End, limitReached, type TrainingResult } from './training-result.ts';
import { randomState, resumeFrom } from './training-state.ts';
import { Turns } from './turns.ts';
import type { ValidationOfRun } from './validation-of-run.ts';

/** The loop of a trainer's run. */
export class TrainingRun<Batch, Judged extends Metrics> {
  readonly #options: TrainerOptions<Batch, Judged>;
  readonly #parts: RunParts<Batch, Judged>;
  readonly #pause = new Pause();
  readonly #turns = new Turns();
  readonly #progress: RunProgress = runBegin();
  /** The figures of the current weights; empty after an update */
  #figures: Readonly<Record<string, number>> = {};
  #isSaved = false;
  #end: End | undefined;
  #batchesPerEpoch: number | undefined;

  constructor(options: TrainerOptions<Batch, Judged>) {
    this.#options = options;
    this.#parts = partsOf(options);
  }

  /** Runs from the beginning, or the newest checkpoint, to the end. */
  async fit(): Promise<TrainingResult> {
    const { learner, reporters } = this.#parts;
    try {
      return await reporters.closedAfter(async () => {
        await this.#begin();
        // A run that was killed after its last step must still end its epoch.
        if (this.#end?.reason === 'steps' && this.#progress.batch > 0) await this.#epoch();
        while (!this.#end) await this.#epoch();
        return await this.#finish(this.#end);
      });
    } finally {
      learner.dispose();
    }
  }

  addReporter(reporter: ReporterLike): void {
    this.#parts.reporters.add(reporter);
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
    this.#batchesPerEpoch = await this.#parts.reader.count();
    const resumed = await this.#parts.checkpoints?.toResume();
    if (resumed) {
      const { progress, warnings } = await resumeFrom(this.#parts.changing, resumed.checkpoint);
      Object.assign(this.#progress, progress);
      this.#figures = resumed.checkpoint.metrics;
      this.#isSaved = true;
      for (const message of [...resumed.warnings, ...warnings])
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
    const { reader, learner, changing } = this.#parts;
    if (progress.batch === 0 && reader.isCounted)
      progress.epochBegin = randomState(changing) as unknown as Json;
    let begin = performance.now();
    // When a checkpoint was written at the epoch's last update, with the remaining batches, no batch is left to read.
    const batches = progress.allRead ? [] : reader.read(progress.epoch, progress.batch);
    if (this.#end) reader.hold();
    for await (const { batch, index } of batches) {
      // The run is over. This batch only shows that its epoch is not complete.
      if (this.#end && learner.taken === 0) return reader.release(batch);
      if (learner.taken === 0) begin += await this.#pause.passed();
      await this.#take(batch, index);
      progress.batch = index + 1;
      if (learner.isFull) begin = await this.#update(index, begin);
      await this.#turns.giveWay();
      if (!this.#end || learner.taken > 0) continue;
      if (this.#end.reason === 'interrupted') return;
      reader.hold();
    }
    progress.allRead = true;
    if (learner.taken > 0) await this.#update(progress.batch - 1, begin);
    await this.#endEpoch();
  }

  async #take(batch: Batch, index: number): Promise<void> {
    let reason: string | undefined;
    try {
      reason = await this.#parts.learner.take(batch);
    } finally {
      this.#parts.reader.release(batch);
    }
    if (reason === undefined) return;
    const at = { ...this.#position(), batch: index };
    if (this.#options.nonFinite !== 'skip') throw new NonFiniteError(reason, at);
    await this.#tell({ type: 'skip', ...at, reason });
  }

  /** @returns the time after the update, its validation and its checkpoint */
  async #update(batch: number, begin: number): Promise<number> {
    const progress = this.#progress;
    const made = await this.#parts.learner.update();
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
    await this.#judgeAndSave({ steps: progress.step }, this.#position());
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
      validatedAt: this.#progress.validatedAt,
    });
    const { schedule } = this.#options;
    if (schedule?.each === 'epoch') schedule.scheduler.step(lossTotal / weightTotal);
    this.#isSaved = false;
    await this.#tell({ type: 'epoch', ...at, loss: lossTotal / weightTotal, seconds });
    this.#checkLimits();
    await this.#judgeAndSave({ epochs: epoch + 1 }, at);
  }

  /** Validates and writes a checkpoint, if either is due at this number of steps or epochs. */
  async #judgeAndSave(count: Count, at: Position): Promise<void> {
    const { validation, checkpoints } = this.#parts;
    // The last step of an epoch may have been validated already.
    const isNew = this.#progress.validatedAt !== at.step;
    const best = isNew && validation?.isDue(count) ? await this.#validate(validation, at) : false;
    if (checkpoints?.isDue(count, best)) await this.#save(checkpoints);
  }

  async #validate(validation: ValidationOfRun<Batch, Judged>, at: Position): Promise<boolean> {
    const { model, schedule } = this.#options;
    const { average } = this.#parts.changing;
    const { value: monitored, mode } = validation.monitored;
    const { values, best, seconds } = await validation.run(model, average, this.#progress);
    this.#figures = values;
    this.#progress.validatedAt = at.step;
    if (best) {
      this.#progress.best = { value: values[monitored]!, step: at.step };
      await this.#parts.best?.keep(model, average);
    }
    if (schedule?.each === 'validation') schedule.scheduler.step(values[monitored]!);
    await this.#tell({ type: 'validation', ...at, values, monitored, mode, best, seconds });
    return best;
  }

  async #save(checkpoints: CheckpointsOfRun): Promise<void> {
    const name = await checkpoints.write(this.#parts.changing, this.#progress, this.#figures);
    this.#isSaved = true;
    await this.#tell({ type: 'checkpoint', ...this.#position(), name, location: checkpoints.location });
  }

  async #finish({ reason, message }: End): Promise<TrainingResult> {
    const { model } = this.#options;
    if (this.#parts.checkpoints && !this.#isSaved) await this.#save(this.#parts.checkpoints);
    // Validations used the averages, so the model ends with them.
    this.#parts.changing.average?.takePlace();
    for (const message of (await this.#parts.best?.restore(model, this.#progress)) ?? [])
      await this.#tell({ type: 'warning', ...this.#position(), message });
    const lasting = this.#parts.checkpoints?.lasting;
    const end = { ...this.#position(), reason, message };
    await this.#tell({ type: 'end', ...end, ...(lasting && { checkpoint: lasting }) });
    const newest = this.#parts.checkpoints?.newest;
    const { epoch, step, best } = this.#progress;
    return {
      reason,
      message,
      epoch,
      step,
      best,
      values: this.#figures,
      ...(newest !== undefined && { checkpoint: newest }),
    };
  }

  /** Passes an event to the stopping rules, which may end the run, and to the reporters. */
  async #tell(event: TrainingEvent): Promise<void> {
    for (const stopping of this.#parts.stoppings) {
      const message = stopping.observe(event);
      if (message !== undefined) this.#end ??= { reason: 'stopping', message };
    }
    const fraction = this.#fraction();
    await this.#parts.reporters.report(fraction === undefined ? event : { ...event, fraction });
  }

  #fraction(): number | undefined {
    const { epochs, steps } = this.#options;
    const { stoppings } = this.#parts;
    return fractionDone({ epochs, steps, stoppings, batchesPerEpoch: this.#batchesPerEpoch }, this.#progress);
  }

  #checkLimits(): void {
    this.#end ??= limitReached(this.#options, this.#progress);
  }

  #position(): Position {
    const { epoch, step } = this.#progress;
    return { epoch, step };
  }
}
