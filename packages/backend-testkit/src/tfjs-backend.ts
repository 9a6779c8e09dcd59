import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { findBackendFactory, registerBackend } from '@tensorflow/tfjs-core';
import { type Backend, fusedKernels } from '@unroll/backend';

/** TensorFlow.js's own plain-JavaScript backend, on which the contract's portable kernels are the reference. */
export function tfjsCpu(): Backend {
  return {
    name: 'cpu',
    support: async () => ({ supported: true }),
    load: async () => {
      // Importing tfjs-backend-cpu registers it; what replaced another object of this name has to register it again.
      if (!findBackendFactory('cpu')) registerBackend('cpu', () => new MathBackendCPU());
    },
    capabilities: () => ({
      device: 'cpu',
      threads: 1,
      precision: 'float32',
      fusedKernels: fusedKernels('cpu'),
      synchronousReads: true,
    }),
  };
}
