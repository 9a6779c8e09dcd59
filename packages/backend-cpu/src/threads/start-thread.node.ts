import { availableParallelism as parallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { messageOf } from '@unroll/backend/checks';
import { stateOf, threadState } from './control.ts';
import type { Thread } from './start-thread.ts';
import { type ThreadInit, threadProgram } from './thread-program.ts';

export type { Thread } from './start-thread.ts';

export const canShareMemory = (): boolean => true;

export const availableParallelism = (): number => parallelism();

/** Starts a thread as a Node worker that does not keep the process alive; resolves when it waits for jobs. */
export async function startThread(init: ThreadInit, onDeath: (reason: string) => void): Promise<Thread> {
  // Marks the thread as dead when it exits, if it still can, so that waiting threads notice at once.
  const lastWord = `process.on('exit', () => {
    const words = new Int32Array(workerData.memory.buffer);
    Atomics.store(words, ${stateOf(init.thread)}, ${threadState.dead});
    Atomics.notify(words, ${stateOf(init.thread)});
  });`;
  const source = `'use strict';
    const { parentPort, workerData } = require('node:worker_threads');
    ${lastWord}
    (${threadProgram()})(workerData, () => parentPort.postMessage('ready'));`;
  const worker = new Worker(source, {
    eval: true,
    workerData: init,
    execArgv: [],
    name: `unroll-cpu ${init.thread + 2}`,
  });
  let reason = 'it ended';
  let terminated = false;
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.on('error', (error) => {
      reason = messageOf(error);
      reject(error);
    });
    worker.on('exit', (code) => {
      if (code !== 0 && reason === 'it ended') reason = `it ended with exit code ${code}`;
      reject(new Error(reason));
      if (!terminated) onDeath(reason);
    });
  });
  worker.unref();
  return {
    terminate: () => {
      terminated = true;
      void worker.terminate();
    },
  };
}
