import { engine, type KernelBackend } from '@tensorflow/tfjs-core';

/** What TensorFlow.js knows of a backend before it makes it: `registerBackend`'s factory and priority. */
export type Registration = ReturnType<typeof engine>['registryFactory'][string];

/** The backend that TensorFlow.js has under a name, if it has made it. */
export const instanceOf = (name: string): KernelBackend | undefined => engine().registry[name];

export const registrationOf = (name: string): Registration | undefined => engine().registryFactory[name];

/** Puts a backend that is made already under a name, in the place of what is there. */
export function replaceBackend(name: string, registration: Registration, instance: KernelBackend): void {
  const { registryFactory, registry } = engine();
  registryFactory[name] = registration;
  registry[name] = instance;
}

/**
 * What `load` registers under a name; undefined where it registers nothing. The name is free while it runs, because TensorFlow.js
 * would keep the backend that it has, with a warning. That backend's instance stays where it was, so that whoever asks finds it.
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
