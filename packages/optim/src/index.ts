export type { SavedTensor } from '@unroll/backend';
export { Adadelta, type AdadeltaOptions } from './adadelta.ts';
export { Adagrad, type AdagradOptions } from './adagrad.ts';
export { Adam, type AdamOptions } from './adam.ts';
export { AdamW } from './adam-w.ts';
export { Adamax, type AdamaxOptions } from './adamax.ts';
export type { AverageStateDict, LoadedAverageStateDict } from './average-state-dict.ts';
export {
  type ClipGradientsOptions,
  type ClipGradNormOptions,
  checkFinite,
  clipGradients,
  clipGradNorm,
  clipGradValue,
} from './clip-gradients.ts';
export {
  type Averaged,
  ExponentialMovingAverage,
  type ExponentialMovingAverageOptions,
} from './exponential-moving-average.ts';
export type { Gradients } from './gradients.ts';
export type { LossResult, LossWithResults, Results } from './handed-out.ts';
export { type LossAndGradients, type LossFunction, lossAndGradients } from './loss-and-gradients.ts';
export { movingAverage } from './moving-average.ts';
export { NAdam, type NAdamOptions } from './n-adam.ts';
export { Optimizer, type OptimizerOptions } from './optimizer.ts';
export type { Given, ParamGroup, ParamGroupInit, ParamsInit } from './parameter-groups.ts';
export type { ParameterState } from './parameter-state.ts';
export { RAdam, type RAdamOptions } from './r-adam.ts';
export { RMSprop, type RMSpropOptions } from './rmsprop.ts';
export type { OptimizerStateDict, SavedGroup, SavedOption } from './saved-state.ts';
export type { ScheduleNotes } from './schedule-notes.ts';
export { ChainedScheduler } from './schedulers/chained-scheduler.ts';
export { ConstantLR, type ConstantLROptions } from './schedulers/constant-lr.ts';
export { CosineAnnealingLR, type CosineAnnealingLROptions } from './schedulers/cosine-annealing-lr.ts';
export {
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './schedulers/cosine-annealing-warm-restarts.ts';
export { CyclicLR, type CyclicLROptions, type CyclicMode } from './schedulers/cyclic-lr.ts';
export { ExponentialLR, type ExponentialLROptions } from './schedulers/exponential-lr.ts';
export { LambdaLR, type LambdaLROptions, type LrLambda } from './schedulers/lambda-lr.ts';
export { LinearLR, type LinearLROptions } from './schedulers/linear-lr.ts';
export { LRScheduler, type ResumeOptions } from './schedulers/lr-scheduler.ts';
export { MultiStepLR, type MultiStepLROptions } from './schedulers/multi-step-lr.ts';
export { MultiplicativeLR, type MultiplicativeLROptions } from './schedulers/multiplicative-lr.ts';
export { OneCycleLR, type OneCycleLROptions } from './schedulers/one-cycle-lr.ts';
export type { AnnealStrategy } from './schedulers/one-cycle-phases.ts';
export { PolynomialLR, type PolynomialLROptions } from './schedulers/polynomial-lr.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './schedulers/reduce-lr-on-plateau.ts';
export type { SavedValue, Schedule, SchedulerStateDict } from './schedulers/schedule.ts';
export type { Scheduled, ScheduledGroup } from './schedulers/scheduled.ts';
export { SequentialLR, type SequentialLROptions } from './schedulers/sequential-lr.ts';
export { StepLR, type StepLROptions } from './schedulers/step-lr.ts';
export { inverseSqrtWarmup, linearWarmup } from './schedulers/warmup.ts';
export { SGD, type SGDOptions } from './sgd.ts';
export {
  type TrainingStepOptions,
  trainingStep,
  type UpdateOptions,
  update,
} from './training-step.ts';
export type { UpdateMoment } from './update-moment.ts';
export type { InitialState, UpdatedTensors, UpdateState, UpdateTensors } from './update-rule.ts';
export { type DecayOptions, withWeightDecay } from './weight-decay.ts';
