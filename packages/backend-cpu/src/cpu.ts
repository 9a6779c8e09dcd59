import '@tensorflow/tfjs-backend-cpu';
import {
  findBackend,
  getKernel,
  getKernelsForBackend,
  registerBackend,
  registerKernel,
} from '@tensorflow/tfjs-core';
import type { Backend } from '@unroll/backend';
import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { fusedKernels } from '@unroll/backend/contract';
import { availableParallelism, canShareMemory } from '#threads';
import { CpuBackend } from './cpu-backend.ts';
import { cpuKernels } from './kernels/cpu-kernels.ts';
import type { MemoryStatistics } from './memory.ts';
import { BACKEND_NAME } from './name.ts';
import { MAX_THREADS } from './threads/control.ts';
import { type Simd, supportsSimd } from './wasm.ts';

export interface CpuOptions {
  /**
   * Threads that share the work, the calling one included. Default: all hardware threads up to 4, half of them beyond
   * (the other half mostly are second threads of the same cores); 1 in a page that is not cross-origin isolated, and
   * where a policy forbids workers.
   */
  threads?: number | undefined;
  /** Bytes that tensors may take. Default: WebAssembly's limit, 4 GiB, less 64 KiB */
  maxMemory?: number | undefined;
  /** Forces a build of the kernels. Default: relaxed SIMD (fused multiply-add) where the runtime knows it */
  simd?: Simd | undefined;
}

/**
 * The CPU backend: WebAssembly SIMD, with threads in Node and in cross-origin-isolated pages.
 *
 * @throws where an option is out of its range
 */
export function cpu(given: CpuOptions = {}): Backend {
  const options = checkedOptions(given);
  const simd = options.simd ?? (supportsSimd('relaxed') ? 'relaxed' : 'plain');
  const threads = canShareMemory() ? (options.threads ?? defaultThreads()) : 1;
  return {
    name: BACKEND_NAME,
    support: async () => {
      const reason = whyNot(simd, options.threads);
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
    // A kernel has run when it returns.
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
 * What the loaded backend's WebAssembly memory holds; zeros before it is loaded. `tf.memory()` has the same numbers while
 * the backend is the current one.
 */
export function cpuMemory(): MemoryStatistics {
  const { bytesInUse, bytesReserved } = loadedBackend()?.memory() ?? { bytesInUse: 0, bytesReserved: 0 };
  return { bytesInUse, bytesReserved };
}

const loadedBackend = (): CpuBackend | undefined =>
  (findBackend(BACKEND_NAME) as CpuBackend | null) ?? undefined;

const MIN_MEMORY = 1024 * 1024;

const kinds = {
  threads: kind.whole(1, MAX_THREADS),
  maxMemory: kind.anything,
  simd: kind.choice('relaxed', 'plain'),
};

function checkedOptions(given: CpuOptions): CpuOptions {
  const options = checkOptions('cpu', given, kinds);
  const { maxMemory } = options;
  if (maxMemory !== undefined && !kind.atLeast(MIN_MEMORY).fits(maxMemory)) {
    throw new Error(`cpu: maxMemory is ${shown(maxMemory)} bytes; expected at least ${MIN_MEMORY}`);
  }
  return options;
}

function defaultThreads(): number {
  const available = availableParallelism();
  return Math.min(available <= 4 ? available : Math.ceil(available / 2), 16);
}

function whyNot(simd: Simd, askedThreads: number | undefined): string | undefined {
  if (typeof WebAssembly !== 'object') return 'this runtime has no WebAssembly';
  if (!supportsSimd('plain')) return "this runtime's WebAssembly has no SIMD";
  if (!supportsSimd(simd)) return "this runtime's WebAssembly has no relaxed SIMD; leave out the option simd";
  if (typeof SharedArrayBuffer === 'undefined' && !canCreateSharedMemory()) {
    return "this runtime's WebAssembly has no shared memory";
  }
  if (askedThreads !== undefined && askedThreads > 1 && !canShareMemory()) {
    return `threads: ${askedThreads} needs a cross-origin-isolated page (headers COOP and COEP); this page is not one, use threads: 1`;
  }
  return undefined;
}

function canCreateSharedMemory(): boolean {
  try {
    new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    return true;
  } catch {
    return false;
  }
}

/** Ours first, then for all the other kernels tfjs-backend-cpu's. The registry is the process's, and outlives a backend. */
function registerKernels(): void {
  const tfjsKernels = getKernelsForBackend('cpu');
  for (const { kernelName, kernelFunc } of [...cpuKernels, ...tfjsKernels]) {
    if (!getKernel(kernelName, BACKEND_NAME))
      registerKernel({ kernelName, backendName: BACKEND_NAME, kernelFunc });
  }
}
