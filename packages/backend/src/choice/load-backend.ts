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

/** A TensorFlow.js backend that is there, but not yet the current one. */
export interface LoadedBackend {
  readonly instance: KernelBackend;
  /**
   * Registers the backend under its name and makes it the current one, all before it returns. The former backend of the name
   * computes no more, but its tensors can be read until `releaseFormer`.
   */
  activate(): Promise<void>;
  /** Disposes of what stood under the name. */
  releaseFormer(): void;
  /** Gives it up instead of activating it. */
  discard(): void;
}

/** The backend that TensorFlow.js has under a name, as one that is loaded. */
export function standingBackend(name: string, instance: KernelBackend): LoadedBackend {
  return {
    instance,
    activate: async () => void (await setBackend(name)),
    releaseFormer: () => {},
    discard: () => {},
  };
}

/**
 * Loads a backend beside the one that TensorFlow.js has under its name. That one stays in use until `activate`, or for good
 * where loading fails.
 *
 * @throws (rejects) where the backend does not load
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
      // The instance exists, so setBackend has done its work when it returns its promise.
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

/** What the backend registers, or what stands where its `load` registers nothing new. */
async function loadedRegistration(backend: Backend): Promise<Registration> {
  const { name } = backend;
  const former = registrationOf(name);
  const registered = await registeredBy(name, () => backend.load());
  const result = registered && registered.factory !== former?.factory ? registered : (former ?? registered);
  if (!result) throw new Error(`its load() registered no TensorFlow.js backend named '${name}'`);
  return result;
}
