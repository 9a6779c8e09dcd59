import type { Kernels } from './generated/kernels.ts';

/** The module's two builds. Relaxed SIMD has fused multiply-add, which not every runtime supports. */
export type Simd = 'relaxed' | 'plain';

/** The smallest modules that use the features of each build. A runtime that validates one can run the build. */
const probes: Readonly<Record<Simd, readonly number[]>> = {
  // (func (result v128) (f32x4.relaxed_madd …) over three i32x4 splats)
  relaxed: [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0, 65, 0, 253, 17, 65, 0,
    253, 17, 65, 0, 253, 17, 253, 133, 2, 11,
  ],
  // (func (result v128) (i32x4.splat (i32.const 0)))
  plain: [
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 17, 11,
  ],
};

export function supportsSimd(simd: Simd): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(probes[simd]));
}

/** Compiles one build; the bytes of the other build are not loaded. */
export async function compileKernels(simd: Simd): Promise<WebAssembly.Module> {
  const { wasm } =
    simd === 'relaxed'
      ? await import('./generated/kernels-relaxed.ts')
      : await import('./generated/kernels-plain.ts');
  return WebAssembly.compile(Uint8Array.from(atob(wasm), (character) => character.charCodeAt(0)));
}

export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports as typeof exports & Kernels;
}

/** A kernel that threads can share: its last two arguments are the range of items to work on. */
export type KernelName = keyof Kernels;

/**
 * The names of the functions, in an order that is the same in every thread: a job names its function by its index here.
 */
export function kernelNames(module: WebAssembly.Module): KernelName[] {
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name as KernelName);
}
