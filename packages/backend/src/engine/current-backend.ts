import { engine, getBackend, type KernelBackend } from '@tensorflow/tfjs-core';

/** The backend that TensorFlow.js runs operations on; where none has been chosen yet, it chooses one now. */
export const currentBackend = (): KernelBackend => engine().backend;

/** Its name */
export function currentBackendName(): string {
  // getBackend is null until the first operation makes tfjs choose a backend.
  const name = getBackend() as string | null;
  return name ?? (engine().backend && getBackend());
}
