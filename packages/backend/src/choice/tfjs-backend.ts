import { findBackend, findBackendFactory, registerBackend } from '@tensorflow/tfjs-core';
import { currentBackend } from '../engine/current-backend.ts';
import { fusedKernels } from '../kernels/run-kernel.ts';
import type { Backend, Capabilities } from './backend.ts';

/**
 * Wraps one of TensorFlow.js's own backends, such as `cpu`, `wasm` or `webgl`, for `useBackend`. The program has to
 * import the backend's package. The contract's kernels run on it as portable TensorFlow.js operations.
 *
 * @example
 * import '@tensorflow/tfjs-backend-webgl';
 * await useBackend([cpu(), tfjsBackend('webgl')]);
 */
export function tfjsBackend(name: string): Backend {
  const factory = findBackendFactory(name) as ReturnType<typeof findBackendFactory> | null;
  return {
    name,
    support: async () =>
      factory
        ? { supported: true }
        : { supported: false, reason: `TensorFlow.js has no backend '${name}'; import its package first` },
    load: async () => {
      // TensorFlow.js has only one backend of this name. If the program has removed it, this registers it again.
      if (factory && !findBackendFactory(name) && !findBackend(name)) registerBackend(name, factory);
    },
    // A CPU kernel has finished when it returns; a GPU finishes its work by itself.
    idle: async () => {},
    capabilities: () => tfjsCapabilities(name),
  };
}

/** The capabilities of a backend that `useBackend` did not load. */
export function tfjsCapabilities(name: string): Capabilities {
  const backend = findBackend(name) ?? currentBackend();
  return {
    device: name.startsWith('webg') ? 'gpu' : 'cpu',
    threads: 1,
    precision: backend.floatPrecision() === 16 ? 'float16' : 'float32',
    fusedKernels: fusedKernels(name),
    synchronousReads: name !== 'webgpu',
    captures: 'capture' in backend,
  };
}
