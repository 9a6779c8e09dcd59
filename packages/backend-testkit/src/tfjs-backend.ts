import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { findBackend, findBackendFactory, registerBackend } from '@tensorflow/tfjs-core';
import type { Backend } from '@unroll/backend';
import { fusedKernels } from '@unroll/backend/contract';

/** TensorFlow.js's own plain-JavaScript backend, on which the contract's portable kernels are the reference. */
export function tfjsCpu(): Backend {
  return {
    name: 'cpu',
    support: async () => ({ supported: true }),
    load: async () => {
      // Importing tfjs-backend-cpu registers it; it may have been removed.
      if (!findBackendFactory('cpu') && !findBackend('cpu'))
        registerBackend('cpu', () => new MathBackendCPU());
    },
    idle: async () => {},
    capabilities: () => ({
      device: 'cpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: fusedKernels('cpu'),
      synchronousReads: true,
      captures: false,
    }),
  };
}
