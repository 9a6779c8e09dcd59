import { findBackend, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { type Backend, fusedKernels } from '@unroll/backend';
import { loadRuntime } from '#runtime';
import { BufferPool } from './execution/buffer-pool.ts';
import { Executor } from './execution/executor.ts';
import { SessionCache } from './execution/session-cache.ts';
import { HostKernels } from './host/host-kernels.ts';
import { registerKernels } from './kernels.ts';
import { BACKEND_NAME } from './name.ts';
import { OnnxruntimeBackend } from './onnxruntime-backend.ts';
import {
  checkOptions,
  DEFAULTS,
  missingProvider,
  type OnnxruntimeOptions,
  sessionOptions,
} from './options.ts';

/**
 * The ONNX Runtime backend: kernels are recorded, and run as one graph when a value is read; natively in Node, in
 * WebAssembly in browsers.
 *
 * @throws where an option is out of its range
 */
export function onnxruntime(options: OnnxruntimeOptions = {}): Backend {
  checkOptions(options);
  let threads = options.threads ?? 1;
  return {
    name: BACKEND_NAME,
    support: async () => {
      const runtime = await loadRuntime();
      if ('missing' in runtime) return { supported: false, reason: runtime.missing };
      const unknown = missingProvider(options, runtime);
      return unknown === undefined ? { supported: true } : { supported: false, reason: unknown };
    },
    load: async () => {
      const runtime = await loadRuntime();
      if ('missing' in runtime) throw new Error(runtime.missing);
      threads = options.threads ?? runtime.maxThreads();
      const sessions = new SessionCache(options.maxSessions ?? DEFAULTS.maxSessions);
      const buffers = new BufferPool(options.maxPooledBytes ?? DEFAULTS.maxPooledBytes);
      const backend = new OnnxruntimeBackend({
        buffers,
        hostKernels: new HostKernels(),
        hostFallback: options.hostFallback ?? true,
        maxPending: options.maxPending ?? DEFAULTS.maxPending,
        executor: (recording) =>
          new Executor(recording, {
            runtime,
            sessions,
            buffers,
            sessionOptions: () => sessionOptions(options, threads, runtime),
          }),
      });
      if (findBackend(BACKEND_NAME)) removeBackend(BACKEND_NAME);
      registerKernels(BACKEND_NAME);
      registerBackend(BACKEND_NAME, () => backend);
    },
    capabilities: () => ({
      device: 'cpu',
      threads,
      precision: 'float32',
      fusedKernels: fusedKernels(BACKEND_NAME),
      synchronousReads: false,
    }),
  };
}
