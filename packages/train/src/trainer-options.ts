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

/** Held-out batches, how they are evaluated, and when. `loss` and `weight` default to the run's. */
export interface ValidationOptions<Batch, Judged extends Metrics = Metrics>
  extends EvaluationOptions<Batch, Judged>,
    Monitored {
  /** Default: each epoch */
  every?: Interval | undefined;
}

export interface TrainerOptions<Batch, Judged extends Metrics = Metrics> extends ClipGradientsOptions {
  model: Module;
  optimizer: Optimizer;
  /** The batches of each epoch */
  batches: BatchSource<Batch>;
  /** A batch's mean loss, a scalar. The trainer frees the tensors that it allocates. */
  loss: (batch: Batch) => Tensor;
  /**
   * The number of rows, or of tokens that are not padding, over which a batch's loss is a mean. It weights accumulated
   * batches and the loss of an epoch. A batch of weight 0 is left out. Default 1: all batches count alike. Required
   * with `accumulate`.
   */
  weight?: ((batch: Batch) => number) | undefined;
  /** How many epochs to train. At least one of `epochs`, `steps` and `stopping` must be given. */
  epochs?: number | undefined;
  /** How many updates to make */
  steps?: number | undefined;
  /**
   * Number of batches that make one update, as if they were one batch. An epoch's last update has the remaining
   * batches. Default 1
   */
  accumulate?: number | undefined;
  /**
   * Whether to capture updates and replay them with `compile` of `@unroll/backend`, on backends that support it. A
   * replay saves the time that TensorFlow.js and layers take to record the same operations again. A replay does not
   * call `loss`: its computation may depend only on the batch, the parameters, modes, dropout and the optimizer. A
   * counter, a flag or `Math.random()` in a branch has no effect in a replay. An update that uploads other numbers in
   * each call is not captured.
   *
   * A batch must consist of tensors, plain values, and lists and plain objects of them. Each combination of its
   * tensors' shapes and its plain values is captured when it occurs for the second time. Capturing therefore pays when
   * combinations recur, as in batches of equal lengths; leave texts and row numbers out of batches. An object gives
   * `compile`'s own options, such as the number of captures to keep: `{ maxCaptures: 64 }` by default. Default false
   */
  compile?: boolean | CompileOptions | undefined;
  schedule?: ScheduleOptions | undefined;
  validation?: ValidationOptions<Batch, Judged> | undefined;
  /** Further rules that end the run; in an array, the first to apply ends it */
  stopping?: Stopping | readonly Stopping[] | undefined;
  /**
   * Keep an exponential moving average of the weights. Validations and `restoreBest` use the averages, and the model
   * ends with them. Checkpoints store both.
   */
  average?: ExponentialMovingAverageOptions | undefined;
  /**
   * What happens when a batch's loss or gradient is NaN or infinite. `stop`: `fit` rejects with an error that names the
   * batch, and no update is made. `skip`: the batch is left out, and a `skip` event names it. Default `stop`
   */
  nonFinite?: 'stop' | 'skip' | undefined;
  checkpoints?: CheckpointsOptions | undefined;
  /** Whether the model gets the weights of its best validation at the end of the run. Default false */
  restoreBest?: boolean | undefined;
  /** Further objects whose state checkpoints store, by name */
  others?: Readonly<Record<string, Resumable>> | undefined;
  /** Receive the run's events: reporters, or functions */
  reporters?: readonly ReporterLike[] | undefined;
  /**
   * Whether Ctrl-C (SIGINT) and SIGTERM end the run after the current step or validation, with a checkpoint. A second
   * signal ends the process. Works under Node, in the main thread. Default true
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

/** @throws ArgumentError when an option is invalid, or requires another one that is missing */
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

/** Checks the options that have options of their own. */
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

/**
 * @throws when the optimizer changes a variable that is not a parameter of the model, and so would be missing in
 *   checkpoints
 */
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

/** @throws when the held-out batches cannot be iterated during an epoch, or no value has the monitored name */
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
