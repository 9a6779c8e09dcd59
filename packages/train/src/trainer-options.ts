import type { Tensor } from '@tensorflow/tfjs-core';
import type { CompileOptions } from '@unroll/backend';
import { checkOptions, kind, type OptionKinds } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { Module } from '@unroll/nn';
import type {
  ClipGradientsOptions,
  ClipGradNormOptions,
  ExponentialMovingAverageOptions,
  Optimizer,
} from '@unroll/optim';
import { type CheckpointsOptions, checkpointsKinds } from './checkpoints-of-run.ts';
import { type BatchSource, batchesKind } from './epoch-reader.ts';
import {
  checkJudged,
  type EvaluationOptions,
  evaluationKinds,
  type Metrics,
  moduleKind,
} from './evaluate.ts';
import { type Interval, intervalKind } from './interval.ts';
import { type Monitored, monitoredKinds } from './monitor.ts';
import { type ReporterLike, reportersKind } from './reporting/reporters.ts';
import type { Resumable } from './resumable.ts';
import { checkSchedule, type ScheduleOptions, scheduleKinds } from './schedule.ts';
import type { Stopping } from './stopping/stopping.ts';
import { withMethods } from './with-methods.ts';

/** Held-out batches, what they are judged by, and when. `loss` and `weight` are the run's where they are left out. */
export interface ValidationOptions<Batch, Judged extends Metrics = Metrics>
  extends EvaluationOptions<Batch, Judged>,
    Monitored {
  /** Default each epoch */
  every?: Interval | undefined;
}

export interface TrainerOptions<Batch, Judged extends Metrics = Metrics> extends ClipGradientsOptions {
  model: Module;
  optimizer: Optimizer;
  /** What each epoch goes through */
  batches: BatchSource<Batch>;
  /** A batch's mean loss, a scalar; what it allocates is freed for it */
  loss: (batch: Batch) => Tensor;
  /**
   * What a batch's loss is the mean of: its rows, or the tokens that are not padding. Accumulated batches and the loss of an epoch are
   * weighted by it; a batch of weight 0 is left out. Default 1, each batch alike; required where batches are accumulated.
   */
  weight?: ((batch: Batch) => number) | undefined;
  /** How many epochs to train; at least one of `epochs`, `steps` and `stopping` is given. */
  epochs?: number | undefined;
  /** How many updates to make */
  steps?: number | undefined;
  /** Batches that make up one update, as if they were one. An epoch's last update has those that are left. Default 1 */
  accumulate?: number | undefined;
  /**
   * Whether updates are captured and replayed by `compile` of `@unroll/backend`, on backends that can: the time that TensorFlow.js and
   * layers take to record the same operations again is saved. A replay does not call `loss`: what that computes may depend on the batch,
   * the parameters, modes, dropout and the optimizer alone; a counter, a flag or `Math.random()` in a branch of it has no effect any more.
   * One that uploads other numbers in each call is not captured. A batch consists of tensors, plain values, and lists and plain objects
   * of them. Each combination of its tensors' shapes and its plain values is captured when it comes for the second time: it pays where
   * they recur, as in batches of equal lengths, and texts or row numbers are better left out. An object of `compile`'s own options says
   * how many captures are kept, `{ maxCaptures: 64 }` if not told otherwise. Default false
   */
  compile?: boolean | CompileOptions | undefined;
  schedule?: ScheduleOptions | undefined;
  validation?: ValidationOptions<Batch, Judged> | undefined;
  /** What else ends the run: an array, whichever of them does so first */
  stopping?: Stopping | readonly Stopping[] | undefined;
  /**
   * Keep an exponential moving average of the weights, which validations and `restoreBest` go by; the model ends with it. Checkpoints have
   * both.
   */
  average?: ExponentialMovingAverageOptions | undefined;
  /**
   * What happens where a batch's loss or gradient is NaN or infinite: `stop`: `fit` rejects, naming the batch, and nothing is
   * updated. `skip`: the batch is left out, and a `skip` event names it. Default `stop`
   */
  nonFinite?: 'stop' | 'skip' | undefined;
  checkpoints?: CheckpointsOptions | undefined;
  /** Whether the model has the weights of the best validation when the run is over. Default false */
  restoreBest?: boolean | undefined;
  /** What else checkpoints carry, by name */
  others?: Readonly<Record<string, Resumable>> | undefined;
  /** What is told of the run: reporters, or functions that take its events */
  reporters?: readonly ReporterLike[] | undefined;
  /**
   * Whether Ctrl-C (SIGINT) and SIGTERM end the run after the step or validation under way, with a checkpoint; a second one ends the process. Under
   * Node, in the main thread. Default true
   */
  interruptible?: boolean | undefined;
}

const averageKinds = { decay: kind.inside('[0, 1)') };

const resumable = withMethods('something with state() and load(state)', 'state', 'load');

const resumablesKind: kind.Kind = {
  expected: 'an object whose values each have state() and load(state)',
  fits: (value) => kind.record.fits(value) && Object.values(value as object).every(resumable.fits),
};

const stoppingKind = withMethods('what ends a run, as earlyStopping() makes it', 'observe', 'state', 'load');

const kinds = {
  model: moduleKind,
  optimizer: kind.required(withMethods('an optimizer', 'step', 'parameters', 'stateDict', 'loadStateDict')),
  batches: kind.required(batchesKind),
  loss: kind.required(kind.func),
  weight: kind.func,
  epochs: kind.whole(1),
  steps: kind.whole(1),
  accumulate: kind.whole(1),
  compile: kind.either(kind.flag, { ...kind.record, expected: 'an object of options of compile' }),
  clipGradValue: kind.atLeast(0),
  clipGradNorm: kind.either(kind.atLeast(0), { ...kind.record, expected: 'an object with maxNorm' }),
  schedule: kind.record,
  validation: kind.record,
  stopping: kind.either(stoppingKind, kind.listOf(stoppingKind, 'an array of such')),
  average: kind.record,
  nonFinite: kind.choice('stop', 'skip'),
  checkpoints: kind.record,
  restoreBest: kind.flag,
  others: resumablesKind,
  reporters: reportersKind,
  interruptible: kind.flag,
};

const clipGradNormKinds: OptionKinds<{ maxNorm: number } & ClipGradNormOptions> = {
  maxNorm: kind.required(kind.atLeast(0)),
  normType: { ...kind.above(0), expected: 'a number above 0, or Infinity' },
};

const validationKinds = { ...evaluationKinds, ...monitoredKinds, every: intervalKind };

/** @throws ArgumentError where an option is not what it has to be, or one asks for another that is left out */
export function checkTrainerOptions<Batch, Judged extends Metrics>(
  options: TrainerOptions<Batch, Judged>,
): TrainerOptions<Batch, Judged> {
  const given = checkParts(checkOptions<TrainerOptions<Batch, Judged>>('Trainer', options, kinds));
  const { epochs, steps, stopping = [], accumulate = 1, weight, schedule, validation, checkpoints } = given;
  if (epochs === undefined && steps === undefined && 'length' in stopping && stopping.length === 0) {
    throw missing('epochs', 'epochs, steps and stopping are left out; expected at least one of them');
  }
  if (accumulate > 1 && !weight) {
    throw missing(
      'weight',
      `accumulate is ${accumulate}, and weight is left out; expected a function that gives what a batch's loss is the mean of, ` +
        'such as its rows, or () => 1 where all batches count alike',
    );
  }
  if (schedule) checkSchedule(schedule, given.optimizer);
  if (checkpoints) checkSavedParameters(given);
  if (validation) checkJudged('Trainer: validation', { loss: given.loss, ...validation });
  if (validation) checkHeldOut(given, validation);
  const needing = [
    ['restoreBest', given.restoreBest === true],
    ['schedule', schedule?.each === 'validation'],
  ] as const;
  if (given.restoreBest && checkpoints?.keepBest === 0) {
    throw new ArgumentError(
      'Trainer',
      'restoreBest',
      'is true, and keepBest of the checkpoints is 0; expected it to be at least 1',
    );
  }
  for (const [name, needs] of needing) {
    if (needs && !validation) {
      throw missing(
        'validation',
        `${name} goes by validations, and validation is left out; expected held-out batches`,
      );
    }
  }
  return given;
}

/** Checks the options that are objects of options themselves. */
function checkParts<Batch, Judged extends Metrics>(
  given: TrainerOptions<Batch, Judged>,
): TrainerOptions<Batch, Judged> {
  const { clipGradNorm, compile, schedule, average, checkpoints, validation } = given;
  return {
    ...given,
    ...(typeof clipGradNorm === 'object' && {
      clipGradNorm: checkOptions('Trainer: clipGradNorm', clipGradNorm, clipGradNormKinds),
    }),
    ...(typeof compile === 'object' && {
      compile: checkOptions('Trainer: compile', compile, { maxCaptures: kind.whole(1) }),
    }),
    ...(schedule && { schedule: checkOptions('Trainer: schedule', schedule, scheduleKinds) }),
    ...(average && { average: checkOptions('Trainer: average', average, averageKinds) }),
    ...(checkpoints && {
      checkpoints: checkOptions('Trainer: checkpoints', checkpoints, checkpointsKinds),
    }),
    ...(validation && {
      validation: checkOptions('Trainer: validation', validation, validationKinds),
    }),
  };
}

/** @throws where the optimizer changes what is no parameter of the model, which checkpoints would not have */
function checkSavedParameters({
  model,
  optimizer,
}: Pick<TrainerOptions<never>, 'model' | 'optimizer'>): void {
  const own = new Set(model.parameters());
  const stranger = optimizer.parameters().find((parameter) => !own.has(parameter));
  if (!stranger) return;
  throw new ArgumentError(
    'Trainer',
    'optimizer',
    `has the variable ${stranger.name}, which is no parameter of the model; checkpoints would not have it`,
  );
}

/** @throws where held-out batches cannot be gone through while an epoch is under way, or nothing has the monitored value's name */
function checkHeldOut<Batch, Judged extends Metrics>(
  { batches }: TrainerOptions<Batch, Judged>,
  { batches: heldOut, value = 'loss', metrics = {} as Judged }: ValidationOptions<Batch, Judged>,
): void {
  const owner = 'Trainer: validation';
  if (heldOut === batches && typeof batches === 'object' && 'state' in batches) {
    throw new ArgumentError(
      owner,
      'batches',
      'are those of the training, which are under way then; expected others',
    );
  }
  const names = ['loss', ...Object.keys(metrics)];
  if (names.some((name) => value === name || value.startsWith(`${name}.`))) return;
  throw new ArgumentError(owner, 'value', `is '${value}'; the validation gives ${names.join(', ')}`);
}

const missing = (argument: string, sentence: string): ArgumentError =>
  new ArgumentError('Trainer', argument, undefined, { sentence });
