import { canShareMemory } from '#threads';
import { type Simd, supportsSimd } from './wasm.ts';

/** The reason why this runtime does not support the options; undefined if it does. */
export function whyUnsupported(simd: Simd, askedThreads: number | undefined): string | undefined {
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
