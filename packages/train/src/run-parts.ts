import { ExponentialMovingAverage } from '@unroll/optim';
import { BestWeights } from './best-weights.ts';
import { CheckpointsOfRun } from './checkpoints-of-run.ts';
import { EpochReader } from './epoch-reader.ts';
import type { Metrics } from './evaluate.ts';
import { Learner } from './learner.ts';
import { Reporters } from './reporting/reporters.ts';
import type { Stopping } from './stopping/stopping.ts';
import type { TrainerOptions } from './trainer-options.ts';
import type { TrainingParts } from './training-state.ts';
import { ValidationOfRun } from './validation-of-run.ts';

/** The parts of a run. */
export interface RunParts<Batch, Judged extends Metrics> {
  readonly reader: EpochReader<Batch>;
  readonly learner: Learner<Batch>;
  readonly validation: ValidationOfRun<Batch, Judged> | undefined;
  readonly checkpoints: CheckpointsOfRun | undefined;
  /** Present when the run ends with the best weights */
  readonly best: BestWeights | undefined;
  readonly stoppings: readonly Stopping[];
  readonly reporters: Reporters;
  /** The parts whose state checkpoints store */
  readonly changing: TrainingParts;
}

/** Makes a run's parts from a trainer's options. */
export function partsOf<Batch, Judged extends Metrics>(
  options: TrainerOptions<Batch, Judged>,
): RunParts<Batch, Judged> {
  const { model, optimizer, loss, weight, schedule, stopping = [], others = {} } = options;
  const reader = new EpochReader(options.batches);
  const average = options.average && new ExponentialMovingAverage(model, options.average);
  const validation = options.validation && new ValidationOfRun({ loss, weight, ...options.validation });
  const monitored = validation?.monitored ?? {};
  const checkpoints = options.checkpoints && new CheckpointsOfRun(options.checkpoints, monitored);
  const stoppings = 'observe' in stopping ? [stopping] : stopping;
  return {
    reader,
    learner: new Learner(options, average),
    validation,
    checkpoints,
    best: options.restoreBest ? new BestWeights(checkpoints) : undefined,
    stoppings,
    reporters: new Reporters(options.reporters ?? []),
    changing: {
      model,
      optimizer,
      schedule: schedule?.scheduler,
      average,
      monitored,
      batches: reader,
      own: {
        ...Object.fromEntries(stoppings.map((one, i) => [`stopping[${i}]`, one])),
        ...(options.validation && { 'validation.batches': new EpochReader(options.validation.batches) }),
      },
      others,
    },
  };
}
