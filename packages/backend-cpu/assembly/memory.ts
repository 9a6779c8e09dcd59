// What the module and its host agree on about the memory they share. Below `--memoryBase` lie the threads' control words
// (src/threads/control.ts), then the module's constants, and from `heapBase` on the blocks of src/memory.ts: aligned to
// 64 bytes, their sizes multiples of 64, so that a kernel may read whole vectors past the end of a tensor.

/** The first byte that the allocator may hand out. */
export function heapBase(): usize {
  return __heap_base;
}

/** Byte address of the word that tells waiting threads that a long job moves on. */
// @ts-ignore: decorator
@inline
export const HEARTBEAT: usize = 64;

/** To be called once a step by kernels whose single item may take seconds. */
// @ts-ignore: decorator
@inline
export function heartbeat(): void {
  atomic.add<i32>(HEARTBEAT, 1);
}
