import { Worker } from 'node:worker_threads';
import { handleOf, type WorkerHandle } from './worker-handle.ts';

/** Starts our program in a thread of Node's. */
export const startWorker = (): WorkerHandle =>
  handleOf(new Worker(new URL('./worker-program.js', import.meta.url), { name: 'unroll-train' }));
