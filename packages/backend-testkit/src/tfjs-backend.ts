import '@tensorflow/tfjs-backend-cpu';
import type { Backend } from '@unroll/backend';
import { fusedKernels } from '@unroll/backend';

/** TensorFlow.js's own plain-JavaScript backend, on which the contract's portable kernels are the reference. */
export function tfjsCpu(): Backend {
  return {
    name: 'cpu',
    support: async () => ({ supported: true }),
    // Importing tfjs-backend-cpu has registered it.
    load: async () => {},
    capabilities: () => ({
      device: 'cpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: fusedKernels('cpu'),
      synchronousReads: true,
    }),
  };
}
