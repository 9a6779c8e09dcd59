import { messageOf } from '@unroll/backend/checks';
import { withMethods } from '../with-methods.ts';
import type { FromWorker, Port, ToWorker } from './messages.ts';

/** A worker that `trainInWorker` accepts, Node's or the browser's. */
export type AnyWorker = NodeWorker | Worker;

/** The used part of the `Worker` of `node:worker_threads`. */
export interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: FromWorker) => void): unknown;
  on(event: 'error' | 'messageerror', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<number>;
}

/** The program's end of the connection to a worker. */
export interface WorkerHandle extends Port<ToWorker, FromWorker> {
  /** Calls back when the worker ends by itself, or cannot start. */
  onDeath(died: (reason: string) => void): void;
  terminate(): Promise<void>;
}

const workerKind = withMethods('a worker', 'postMessage', 'terminate');

export const isWorker = (value: unknown): value is AnyWorker => workerKind.fits(value);

export function handleOf(worker: AnyWorker): WorkerHandle {
  return 'addEventListener' in worker ? webHandle(worker) : nodeHandle(worker);
}

function nodeHandle(worker: NodeWorker): WorkerHandle {
  return {
    post: (message) => worker.postMessage(message),
    listen: (receive) => worker.on('message', receive),
    onDeath(died) {
      worker.on('error', (error) => died(messageOf(error)));
      worker.on('messageerror', () => died('a message of the worker cannot be read'));
      worker.on('exit', (code) => died(`the worker ended with exit code ${code}`));
    },
    async terminate() {
      await worker.terminate();
    },
  };
}

function webHandle(worker: Worker): WorkerHandle {
  return {
    post: (message) => worker.postMessage(message),
    listen: (receive) => worker.addEventListener('message', ({ data }) => receive(data as FromWorker)),
    onDeath(died) {
      worker.addEventListener('error', ({ message }) =>
        died(message || 'the browser could not start the worker'),
      );
      worker.addEventListener('messageerror', () => died('a message of the worker cannot be read'));
    },
    async terminate() {
      worker.terminate();
    },
  };
}
