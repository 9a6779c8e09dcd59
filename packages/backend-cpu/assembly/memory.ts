// The memory layout that the module and its host agree on. Below `--memoryBase` are the threads' control words
// (src/threads/control.ts), then the module's constants, and from `heapBase` on the blocks of src/memory.ts. The bytes
// after a block may belong to another tensor, or may not exist, because the last block may end where the memory ends.
// So a kernel must read and write only inside its blocks. A block is aligned to 64 bytes and its size is a multiple of
// 64, which allows two kinds of access:
//
//   along a whole tensor    vectors of four from the first element on; the last vector ends inside the block
//   along a row or column   whole vectors, then exact loads and stores for the remaining elements (lanes.ts)
//
// A block never ends at 2³², so the address after its end fits into 32 bits and loops may compare with it.

/** The first byte that the allocator may use. */
export function heapBase(): usize {
  return __heap_base;
}

/** Positions of the control words that kernels write too. */
export const enum ControlWord {
  /** Tells waiting threads that a long job makes progress. */
  heartbeat = 16,
}

/** Kernels whose single item may take seconds must call this once per step. */
// @ts-ignore: decorator
@inline
export function heartbeat(): void {
  atomic.add<i32>(ControlWord.heartbeat << 2, 1);
}
