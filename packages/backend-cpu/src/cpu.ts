import '@tensorflow/tfjs-backend-cpu';
import {
  findBackend,
  getKernel,
  getKernelsForBackend,
  registerBackend,
  registerKernel,
} from '@tensorflow/tfjs-core';
import type { Backend } from '@unroll/backend';
import { fusedKernels } from '@unroll/backend/contract';
import { canShareMemory } from '#threads';
import { CpuBackend } from './cpu-backend.ts';
import { cpuKernels } from './kernels/cpu-kernels.ts';
import type { MemoryStatistics } from './memory.ts';
import { BACKEND_NAME } from './name.ts';
import { type CpuOptions, checkedOptions, defaultThreads } from './options.ts';
import { whyUnsupported } from './support.ts';
import { supportsSimd } from './wasm.ts';

/**
 * The CPU backend: WebAssembly SIMD, with threads in Node and in cross-origin-isolated pages.
 *
 * @throws if an option is out of its range
 */
export function cpu(given: CpuOptions = {}): Backend {
  const options = checkedOptions(given);
  const simd = options.simd ?? (supportsSimd('relaxed') ? 'relaxed' : 'plain');
  const threads = canShareMemory() ? (options.threads ?? defaultThreads()) : 1;
  return {
    name: BACKEND_NAME,
    support: async () => {
      const reason = whyUnsupported(simd, options.threads);
      return reason === undefined ? { supported: true } : { supported: false, reason };
    },
    load: async () => {
      const backend = await CpuBackend.create({
        simd,
        threads,
        threadsOptional: options.threads === undefined,
        maxMemory: options.maxMemory,
      });
      registerKernels();
      registerBackend(BACKEND_NAME, () => backend);
    },
    // Every kernel has finished when it returns.
    idle: async () => {},
    capabilities: () => ({
      device: 'cpu',
      threads: loadedBackend()?.threads ?? threads,
      precision: 'float32',
      fusedKernels: fusedKernels(BACKEND_NAME),
      synchronousReads: true,
      captures: false,
    }),
  };
}

/**
 * The use of the loaded backend's WebAssembly memory; zeros before it is loaded. `tf.memory()` has the same numbers
 * while the backend is the current one.
 */
export function cpuMemory(): MemoryStatistics {
  const { bytesInUse, bytesReserved } = loadedBackend()?.memory() ?? { bytesInUse: 0, bytesReserved: 0 };
  return { bytesInUse, bytesReserved };
}

const loadedBackend = (): CpuBackend | undefined =>
  (findBackend(BACKEND_NAME) as CpuBackend | null) ?? undefined;

/**
 * Registers our kernels first, then tfjs-backend-cpu's for all others. The registry is process-wide and outlives a
 * backend.
 */
function registerKernels(): void {
  const tfjsKernels = getKernelsForBackend('cpu');
  for (const { kernelName, kernelFunc } of [...cpuKernels, ...tfjsKernels]) {
    if (!getKernel(kernelName, BACKEND_NAME))
      registerKernel({ kernelName, backendName: BACKEND_NAME, kernelFunc });
  }
}
