import { engine, getBackend, type KernelBackend } from '@tensorflow/tfjs-core';

/** The backend that TensorFlow.js runs operations on; where none has been chosen yet, it chooses one now. */
export const currentBackend = (): KernelBackend => engine().backend;

/** Its name */
export function currentBackendName(): string {
  // There is none until the first operation makes tfjs choose one.
  const name = getBackend() as string | undefined;
  return name ?? (engine().backend && getBackend());
}
