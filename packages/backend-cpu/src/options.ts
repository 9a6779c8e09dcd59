import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { availableParallelism } from '#threads';
import { MAX_THREADS } from './threads/control.ts';
import type { Simd } from './wasm.ts';

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

const MIN_MEMORY = 1024 * 1024;

const kinds = {
  threads: kind.whole(1, MAX_THREADS),
  maxMemory: kind.anything,
  simd: kind.choice('relaxed', 'plain'),
};

/** @throws where an option is unknown, not of its kind or out of its range */
export function checkedOptions(given: CpuOptions): CpuOptions {
  const options = checkOptions('cpu', given, kinds);
  const { maxMemory } = options;
  if (maxMemory !== undefined && !kind.atLeast(MIN_MEMORY).fits(maxMemory)) {
    throw new ArgumentError(
      'cpu',
      'maxMemory',
      `is ${shown(maxMemory)} bytes; expected at least ${MIN_MEMORY}`,
    );
  }
  return options;
}

export function defaultThreads(): number {
  const available = availableParallelism();
  return Math.min(available <= 4 ? available : Math.ceil(available / 2), 16);
}
