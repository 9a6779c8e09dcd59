import { handleOf, type WorkerHandle } from './worker-handle.ts';

/** Starts the worker program in a web worker. */
export const startWorker = (): WorkerHandle =>
  handleOf(
    new Worker(new URL('./worker-program.js', import.meta.url), { type: 'module', name: 'unroll-train' }),
  );
