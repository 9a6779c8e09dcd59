import { type ThreadInit, threadProgram } from './thread-program.ts';

/** A started thread. */
export interface Thread {
  terminate(): void;
}

/** Whether shared memory can be posted to a worker here. A page must be cross-origin isolated for this. */
export const canShareMemory = (): boolean => globalThis.crossOriginIsolated === true;

/** The number of threads that the machine runs at the same time. */
export const availableParallelism = (): number => globalThis.navigator?.hardwareConcurrency ?? 1;

/**
 * Starts a thread as a web worker; resolves when the thread waits for jobs.
 *
 * @param onDeath called with the reason if the started thread ends in any way but by `terminate`
 */
export async function startThread(init: ThreadInit, onDeath: (reason: string) => void): Promise<Thread> {
  const source = `onmessage = ({ data }) => (${threadProgram()})(data, () => postMessage('ready'));`;
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  try {
    const worker = new Worker(url, { name: `unroll-cpu ${init.thread + 2}` });
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => reject(new Error(event.message || 'the browser refused the worker'));
      worker.postMessage(init);
    });
    worker.onerror = (event) => onDeath(event.message);
    return worker;
  } finally {
    URL.revokeObjectURL(url);
  }
}
