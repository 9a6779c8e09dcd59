import { engine, getBackend, type KernelBackend } from '@tensorflow/tfjs-core';

/** The backend on which TensorFlow.js runs operations. If none has been chosen, TensorFlow.js chooses one now. */
export const currentBackend = (): KernelBackend => engine().backend;

/** Its name */
export function currentBackendName(): string {
  // Before the first operation makes tfjs choose a backend, there is none.
  const name = getBackend() as string | undefined;
  return name ?? (engine().backend && getBackend());
}
