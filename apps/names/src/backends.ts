import type { Backend } from '@unroll/backend';
import { type CpuOptions, cpu } from '@unroll/backend-cpu';

/** TensorFlow.js's own CPU backend, in plain JavaScript, with the portable kernels: slow, and there wherever JavaScript is. */
function portable(): Backend {
  return {
    name: 'cpu',
    support: async () => ({ supported: true }),
    load: async () => {
      await import('@tensorflow/tfjs-backend-cpu');
    },
    capabilities: () => ({
      device: 'cpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: [],
      synchronousReads: true,
    }),
  };
}

/** What `--backend` may name. */
export const backendChoices: Readonly<Record<string, (options: CpuOptions) => Backend>> = { cpu, portable };
