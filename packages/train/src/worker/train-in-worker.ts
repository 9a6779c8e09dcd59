import { checkOptions, checkValue, kind, messageOf } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { startWorker } from '#start-worker';
import type { TrainingEvent } from '../events.ts';
import { onInterrupt } from '../interrupts.ts';
import { type ReporterLike, Reporters, reportersKind } from '../reporting/reporters.ts';
import type { TrainingResult } from '../training-result.ts';
import { localHandle } from './local-handle.ts';
import type { FailureWords } from './messages.ts';
import { whenListening } from './when-listening.ts';
import { type AnyWorker, handleOf, isWorker, type WorkerHandle } from './worker-handle.ts';
import { WorkerTrainingError } from './worker-training-error.ts';

export interface TrainInWorkerOptions {
  /** The argument of the module's `createTrainer`, which `structuredClone` must be able to copy */
  data?: unknown;
  /** Receive the run's events, in this thread */
  reporters?: readonly ReporterLike[] | undefined;
  /** Whether to train in a worker. False trains in this thread, for comparison. Default true */
  worker?: boolean | undefined;
  /** Like the trainer's own option. Default true */
  interruptible?: boolean | undefined;
}

/** How a run in a worker ended. */
export interface WorkerTrainingResult extends TrainingResult {
  /** The model's weights, for `nn.load(model, weights)` */
  readonly weights: Uint8Array<ArrayBuffer>;
}

/** A run in a worker. */
export interface WorkerTraining {
  /** Rejects with a `WorkerTrainingError` when the run fails, or the worker ends. */
  readonly finished: Promise<WorkerTrainingResult>;
  /** Pauses the run after the current step. */
  pause(): void;
  resume(): void;
  /**
   * Ends the run after the current step, with a checkpoint if the run has checkpoints. Resolves when the backend is
   * idle and the worker has ended.
   */
  stop(message?: string): Promise<WorkerTrainingResult>;
}

const kinds = { data: kind.anything, reporters: reportersKind, worker: kind.flag, interruptible: kind.flag };

const moduleKind: kind.Kind = kind.required({
  expected: 'the address of a module, as new URL(…, import.meta.url), or a worker that calls serveTraining',
  fits: (value) =>
    (typeof value === 'string' && URL.canParse(value)) || value instanceof URL || isWorker(value),
});

/**
 * Trains in a worker, so that this thread can serve requests, or a page its user. ONNX Runtime under Node computes on
 * the calling thread.
 *
 * @example
 * // create-trainer.ts exports createTrainer({ epochs }), which chooses a backend and returns a Trainer.
 * const run = trainInWorker(new URL('./create-trainer.ts', import.meta.url), { data: { epochs: 20 }, reporters: [progress()] });
 * const { weights, best } = await run.finished;
 * await nn.load(model, weights);
 *
 * @param module the address (`https:`, `file:`) of the module that exports `createTrainer`; or a worker whose module
 *   calls `serveTraining`, for bundlers, which find
 *   `new Worker(new URL('./training-worker.js', import.meta.url), { type: 'module' })`
 */
export function trainInWorker(
  module: string | URL | AnyWorker,
  options: TrainInWorkerOptions = {},
): WorkerTraining {
  checkValue('trainInWorker', 'module', module, moduleKind);
  const given = checkOptions<TrainInWorkerOptions>('trainInWorker', options, kinds);
  const data = copyOf(given.data);
  const own = isWorker(module) ? module : undefined;
  const handle = whenListening(own ? handleOf(own) : given.worker === false ? localHandle() : startWorker());
  const reporters = new Reporters(given.reporters ?? []);
  const finished = follow(handle, reporters);
  const stop = (message = 'stop() was called'): Promise<WorkerTrainingResult> => {
    handle.post({ type: 'stop', message });
    return finished;
  };
  const interrupted = (signal: string): void =>
    handle.post({ type: 'stop', message: `interrupted by ${signal}` });
  const ignore = given.interruptible === false ? () => {} : onInterrupt(interrupted);
  finished.then(ignore, ignore);
  handle.post({ type: 'start', ...(own ? {} : { module: String(module) }), data });
  return {
    finished,
    stop,
    pause: () => handle.post({ type: 'pause' }),
    resume: () => handle.post({ type: 'resume' }),
  };
}

/** Copies the worker's data before the worker starts, so that an error leaves no worker behind. */
function copyOf(data: unknown): unknown {
  try {
    return structuredClone(data);
  } catch (error) {
    throw new ArgumentError('trainInWorker', 'data', `cannot be copied to a worker: ${messageOf(error)}`);
  }
}

/** Passes events to the reporters in order, resolves with the result, and ends the worker. */
function follow(handle: WorkerHandle, reporters: Reporters): Promise<WorkerTrainingResult> {
  return reporters.closedAfter(async () => {
    try {
      return await ended(handle, reporters);
    } finally {
      await handle.terminate();
    }
  });
}

function ended(handle: WorkerHandle, reporters: Reporters): Promise<WorkerTrainingResult> {
  let reported = Promise.resolve();
  let hasFailed = false;
  return new Promise((resolve, reject) => {
    // Events that arrived before are reported first. If a reporter throws, its error is the one that rejects.
    const fail = (words: FailureWords) => reported.then(() => reject(new WorkerTrainingError(words)), reject);
    const report = async (event: TrainingEvent): Promise<void> => {
      await reporters.report(event);
      handle.post({ type: 'reported' });
    };
    handle.onDeath((message) => fail({ name: 'Error', message, stack: undefined }));
    handle.listen((message) => {
      if (message.type === 'event') {
        reported = reported.then(() => report(message.event));
        reported.catch(() => {
          // The worker is idle once it has ended the run. It may be terminated only then.
          if (!hasFailed) handle.post({ type: 'stop', message: 'a reporter failed' });
          hasFailed = true;
          handle.post({ type: 'reported' });
        });
      } else if (message.type === 'failed') {
        fail(message.error);
      } else if (message.type === 'done') {
        const { result, weights } = message;
        reported.then(() => resolve({ ...result, weights }), reject);
      }
    });
  });
}
