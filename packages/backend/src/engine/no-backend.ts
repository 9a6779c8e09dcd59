import { engine } from '@tensorflow/tfjs-core';

interface Choosing {
  getSortedBackends(): string[];
  readonly registryFactory: object;
}

const running = engine() as unknown as Choosing;
const getSortedBackends = running.getSortedBackends;

/* Without any backend, TensorFlow.js says "No backend found in registry." This adds what to do. */
running.getSortedBackends = () => {
  if (Object.keys(running.registryFactory).length > 0) return getSortedBackends.call(running);
  throw new Error(
    'No backend found in registry. Choose one before the first tensor: await useBackend(cpu()), from @unroll/backend and @unroll/backend-cpu',
  );
};
