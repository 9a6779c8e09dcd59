// Trains in a worker, so that the calling thread stays free.
export type { Reporter } from './reporting/reporter.ts';
export { type CreateTrainer, serveTraining } from './worker/serve-training.ts';
export {
  type TrainInWorkerOptions,
  trainInWorker,
  type WorkerTraining,
  type WorkerTrainingResult,
} from './worker/train-in-worker.ts';
export type { AnyWorker } from './worker/worker-handle.ts';
export { WorkerTrainingError } from './worker/worker-training-error.ts';
