import '@tensorflow/tfjs-backend-cpu';
import { type Backend, tfjsBackend } from '@unroll/backend';
import { type CpuOptions, cpu } from '@unroll/backend-cpu';

/**
 * What `--backend` may name. `portable` is TensorFlow.js's own CPU backend, in plain JavaScript, with the portable kernels:
 * slow, and there wherever JavaScript is.
 */
export const backendChoices: Readonly<Record<string, (options: CpuOptions) => Backend>> = {
  cpu,
  portable: () => tfjsBackend('cpu'),
};
