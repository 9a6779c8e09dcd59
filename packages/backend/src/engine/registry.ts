import { engine, type KernelBackend } from '@tensorflow/tfjs-core';

/**
 * TensorFlow.js's record of a backend before it creates the backend: the factory and priority given to
 * `registerBackend`.
 */
export type Registration = ReturnType<typeof engine>['registryFactory'][string];

/** The backend that TensorFlow.js has under a name, if it has created one. */
export const instanceOf = (name: string): KernelBackend | undefined => engine().registry[name];

export const registrationOf = (name: string): Registration | undefined => engine().registryFactory[name];

/** Registers an existing backend under a name and replaces the backend there. */
export function replaceBackend(name: string, registration: Registration, instance: KernelBackend): void {
  const { registryFactory, registry } = engine();
  registryFactory[name] = registration;
  registry[name] = instance;
}

/**
 * The registration that `load` makes under a name; undefined if it makes none. The name is free while `load` runs,
 * because TensorFlow.js would otherwise keep the existing backend and log a warning. The existing backend's instance
 * stays registered, so that lookups still find it.
 */
export async function registeredBy(
  name: string,
  load: () => Promise<void>,
): Promise<Registration | undefined> {
  const { registryFactory } = engine();
  const former = registryFactory[name];
  delete registryFactory[name];
  try {
    await load();
    return registryFactory[name];
  } finally {
    delete registryFactory[name];
    if (former) registryFactory[name] = former;
  }
}
