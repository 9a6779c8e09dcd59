// What the module and its host agree on about the memory they share. Below `--memoryBase` lie the threads' control words
// (src/threads/control.ts), then the module's constants, and from `heapBase` on the blocks of src/memory.ts. Nothing is
// promised about the bytes past a block: another tensor's, or none, as the last block may end where the memory does. So a
// kernel reads and writes inside its blocks alone. A block is aligned to 64 bytes and as long, which leaves two ways:
//
//   along a whole tensor    vectors of four from its first element on; the last one ends inside the block
//   along a row or column   whole vectors, then what is left by exact loads and stores (lanes.ts)
//
// A block never ends at 2³² either, so that the address past its end is a number that loops may compare with.

/** The first byte that the allocator may hand out. */
export function heapBase(): usize {
  return __heap_base;
}

/** Places of the control words that kernels write too. */
export const enum ControlWord {
  /** Tells waiting threads that a long job moves on. */
  heartbeat = 16,
}

/** To be called once a step by kernels whose single item may take seconds. */
// @ts-ignore: decorator
@inline
export function heartbeat(): void {
  atomic.add<i32>(ControlWord.heartbeat << 2, 1);
}
