export { ExponentialMovingAverage, type ExponentialMovingAverageOptions } from '@unroll/optim';
export { type LoadWeightsOptions, loadWeights } from './averaging/load-weights.ts';
export type { Checkpoint, CheckpointContent, CheckpointSummary } from './checkpoints/checkpoint.ts';
export { folder } from './checkpoints/folder.ts';
export { inMemory } from './checkpoints/in-memory.ts';
export type { Json } from './checkpoints/json.ts';
export { bestFirst, type KeepOptions, removeUnkept, unkept } from './checkpoints/keep.ts';
export {
  checkpointNames,
  type DamagedCheckpoint,
  type LatestCheckpoint,
  latestCheckpoint,
  summaries,
} from './checkpoints/latest-checkpoint.ts';
export type { Manifest } from './checkpoints/manifest.ts';
export { opfs } from './checkpoints/opfs.ts';
export { readCheckpoint, readSummary } from './checkpoints/read-checkpoint.ts';
export type { CheckpointStore } from './checkpoints/store.ts';
export { StoreError } from './checkpoints/store-error.ts';
export { writeCheckpoint } from './checkpoints/write-checkpoint.ts';
export type { CheckpointsOptions } from './checkpoints-of-run.ts';
export type { BatchSource } from './epoch-reader.ts';
export { type EvaluationOptions, evaluate, type Metrics } from './evaluate.ts';
export type * from './events.ts';
export type { Interval } from './interval.ts';
export type { Metric } from './metrics/metric.ts';
export type { Monitored } from './monitor.ts';
export { NonFiniteError } from './non-finite-error.ts';
export { numbersOf } from './numbers-of.ts';
export type { Best } from './progress-of-run.ts';
export { jsonLines } from './reporting/json-lines.ts';
export type { Reporter } from './reporting/reporter.ts';
export type { ReporterLike } from './reporting/reporters.ts';
export type { Resumable } from './resumable.ts';
export type { AnySchedule, ScheduleOptions } from './schedule.ts';
export { type Budget, type BudgetOptions, budget } from './stopping/budget.ts';
export { type EarlyStoppingOptions, earlyStopping } from './stopping/early-stopping.ts';
export type { Stopping } from './stopping/stopping.ts';
export { Trainer } from './trainer.ts';
export type { TrainerOptions, ValidationOptions } from './trainer-options.ts';
export type { TrainingResult } from './training-result.ts';
