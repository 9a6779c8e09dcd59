import { checkOptions, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { availableParallelism } from '#threads';
import { MAX_THREADS } from './threads/control.ts';
import type { Simd } from './wasm.ts';

export interface CpuOptions {
  /**
   * Number of threads that share the work, including the calling one. Default: all hardware threads up to 4, half of
   * them if there are more (the other half are mostly second threads of the same cores). The default is 1 in a page
   * that is not cross-origin isolated, and if a policy forbids workers.
   */
  threads?: number | undefined;
  /** Bytes for tensors. Default: WebAssembly's limit of 4 GiB, less 64 KiB */
  maxMemory?: number | undefined;
  /** Forces a build of the kernels. Default: relaxed SIMD (fused multiply-add) if the runtime supports it */
  simd?: Simd | undefined;
}

const MIN_MEMORY = 1024 * 1024;

const kinds = {
  threads: kind.whole(1, MAX_THREADS),
  maxMemory: kind.anything,
  simd: kind.choice('relaxed', 'plain'),
};

/** @throws if an option is unknown, of the wrong kind or out of its range */
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
