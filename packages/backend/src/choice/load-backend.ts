import { getKernelsForBackend, type KernelBackend, setBackend } from '@tensorflow/tfjs-core';
import {
  instanceOf,
  type Registration,
  registeredBy,
  registrationOf,
  replaceBackend,
} from '../engine/registry.ts';
import { registerPortableKernels } from '../kernels/run-kernel.ts';
import type { Backend } from './backend.ts';

/** A TensorFlow.js backend that is loaded but is not yet the current one. */
export interface LoadedBackend {
  readonly instance: KernelBackend;
  /**
   * Registers the backend under its name and makes it the current one, synchronously. The former backend of the name
   * computes nothing more, but its tensors can be read until `releaseFormer`.
   */
  activate(): Promise<void>;
  /** Disposes of the backend that had the name before. */
  releaseFormer(): void;
  /** Disposes of this backend instead of activating it. */
  discard(): void;
}

/** The backend that TensorFlow.js already has under a name, as a `LoadedBackend`. */
export function standingBackend(name: string, instance: KernelBackend): LoadedBackend {
  return {
    instance,
    activate: async () => void (await setBackend(name)),
    releaseFormer: () => {},
    discard: () => {},
  };
}

/**
 * Loads a backend while TensorFlow.js keeps the backend that it has under the same name. The old one stays in use until
 * `activate`, or for good if loading fails.
 *
 * @throws (rejects) if the backend does not load
 */
export async function loadBackend(backend: Backend): Promise<LoadedBackend> {
  const { name } = backend;
  const former = instanceOf(name);
  const registration = await loadedRegistration(backend);
  const instance = registration === registrationOf(name) && former ? former : await registration.factory();
  return {
    instance,
    activate: async () => {
      replaceBackend(name, registration, instance);
      registerPortableKernels(name);
      // The instance exists, so setBackend has finished its work when it returns its promise.
      await setBackend(name);
    },
    releaseFormer: () => {
      if (!former || former === instance) return;
      for (const { disposeFunc } of getKernelsForBackend(name)) disposeFunc?.(former);
      former.dispose();
    },
    discard: () => {
      if (instance !== former) instance.dispose();
    },
  };
}

/** The registration that `load` makes, or the existing one if `load` registers nothing new. */
async function loadedRegistration(backend: Backend): Promise<Registration> {
  const { name } = backend;
  const former = registrationOf(name);
  const registered = await registeredBy(name, () => backend.load());
  const result = registered && registered.factory !== former?.factory ? registered : (former ?? registered);
  if (!result) throw new Error(`its load() registered no TensorFlow.js backend named '${name}'`);
  return result;
}
