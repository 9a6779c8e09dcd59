import { engine, getKernelsForBackend, type KernelBackend, setBackend } from '@tensorflow/tfjs-core';
import type { Backend } from './backend.ts';
import { registerPortableKernels } from './run-kernel.ts';

/** A TensorFlow.js backend that is there, but not yet the current one. */
export interface LoadedBackend {
  readonly instance: KernelBackend;
  /**
   * Makes it the one under its name, and the current one; all before it returns. What stood under the name computes no more,
   * but its tensors can be read until `releaseFormer`.
   */
  activate(): Promise<void>;
  /** Disposes of what stood under the name. */
  releaseFormer(): void;
  /** Gives it up instead of activating it. */
  discard(): void;
}

/** The backend that TensorFlow.js has under a name, if it has made it. */
export const instanceOf = (name: string): KernelBackend | undefined => engine().registry[name];

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
 * Loads a backend beside what TensorFlow.js has under its name, which stays in use until `activate`, and for good where
 * this fails.
 *
 * @throws (rejects) where the backend does not load
 */
export async function loadBackend(backend: Backend): Promise<LoadedBackend> {
  const { name } = backend;
  const tfjs = engine();
  const former = instanceOf(name);
  const registration = await registrationOf(backend);
  const instance =
    registration === tfjs.registryFactory[name] && former ? former : await registration.factory();
  return {
    instance,
    activate: async () => {
      tfjs.registryFactory[name] = registration;
      tfjs.registry[name] = instance;
      registerPortableKernels(name);
      // It finds the instance made, and so is done when it returns its promise.
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

type Registration = ReturnType<typeof engine>['registryFactory'][string];

/**
 * What the backend registers. A name that is taken is free meanwhile: TensorFlow.js would keep what it has, with a warning.
 * Its instance stays where it was, so that whoever asks for it finds it.
 */
async function registrationOf(backend: Backend): Promise<Registration> {
  const { name } = backend;
  const { registryFactory } = engine();
  const former = registryFactory[name];
  delete registryFactory[name];
  let registered: Registration | undefined;
  try {
    await backend.load();
    registered = registryFactory[name];
  } finally {
    delete registryFactory[name];
    if (former) registryFactory[name] = former;
  }
  const result = registered && registered.factory !== former?.factory ? registered : (former ?? registered);
  if (!result) throw new Error(`its load() registered no TensorFlow.js backend named '${name}'`);
  return result;
}
