import { findBackend, findBackendFactory, registerBackend } from '@tensorflow/tfjs-core';
import { currentBackend } from '../engine/current-backend.ts';
import { fusedKernels } from '../kernels/run-kernel.ts';
import type { Backend, Capabilities } from './backend.ts';

/**
 * Wraps a backend of TensorFlow.js's own that the program has imported, such as `cpu`, `wasm` or `webgl`, for `useBackend`. The contract's kernels run on it as portable TensorFlow.js operations.
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
      // TensorFlow.js has one backend of this name. A program may have removed it; then it is registered again.
      if (factory && !findBackendFactory(name) && !findBackend(name)) registerBackend(name, factory);
    },
    // On the CPU a kernel has run when it returns; a GPU finishes its work by itself.
    idle: async () => {},
    capabilities: () => tfjsCapabilities(name),
  };
}

/** What tfjs knows of a backend that is not ours. */
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
