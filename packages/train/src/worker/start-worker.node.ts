import { Worker } from 'node:worker_threads';
import { handleOf, type WorkerHandle } from './worker-handle.ts';

/** Starts the worker program in a Node worker thread. */
export const startWorker = (): WorkerHandle =>
  handleOf(new Worker(new URL('./worker-program.js', import.meta.url), { name: 'unroll-train' }));
