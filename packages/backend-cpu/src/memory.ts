import { OutOfMemoryError } from '@unroll/backend/errors';

const PAGE = 65536;

/**
 * The alignment of blocks' addresses and sizes: a cache line. Kernels that process a whole tensor four elements at a
 * time rely on it: the tensor may fill only part of the last vector, but the vector is inside the tensor's own block.
 */
export const ALIGNMENT = 64;

/**
 * WebAssembly's limit with 32-bit addresses, less one page. Kernels compare with the address after a tensor's last
 * element; for a tensor that ends at 2³² this address would be 0.
 */
const ADDRESSABLE = 65535 * PAGE;

export interface MemoryStatistics {
  /** Bytes of allocated blocks, each rounded up to a multiple of 64. */
  readonly bytesInUse: number;
  /** Current size of the WebAssembly memory in bytes; it never shrinks. */
  readonly bytesReserved: number;
}

/** A piece of memory, free or not, linked to its neighbours. Free blocks are also in the list of their size class. */
interface Block {
  address: number;
  size: number;
  free: boolean;
  before: Block | undefined;
  after: Block | undefined;
  nextFree: Block | undefined;
  previousFree: Block | undefined;
}

/**
 * The allocator of the WebAssembly memory. Free blocks are in lists by size class, four classes per power of two.
 * Neighbouring free blocks are merged when one is freed. Allocating and freeing take constant time, and the memory of a
 * program that repeats itself does not grow.
 *
 * A block may end where the memory ends, or another block may follow. So kernels neither read nor write past a block.
 * assembly/memory.ts explains how; kernels/end-of-memory.test.ts checks it.
 */
export class Memory {
  readonly memory: WebAssembly.Memory;
  readonly #limit: number;
  readonly #lists: (Block | undefined)[] = [];
  readonly #allocated = new Map<number, Block>();
  #last: Block | undefined;
  #bytesInUse = 0;
  #end = 0;

  /** @param limit bytes to which the memory may grow */
  constructor(limit: number = ADDRESSABLE) {
    this.#limit = Math.floor(Math.min(limit, ADDRESSABLE) / PAGE) * PAGE;
    this.memory = createSharedMemory(this.#limit);
  }

  /** Gives the bytes from `base` on to the allocator; the bytes below belong to the module. */
  start(base: number): void {
    const address = roundUp(base);
    this.#end = this.memory.buffer.byteLength;
    this.#last = newBlock(address, this.#end - address, undefined);
    this.#putFree(this.#last);
  }

  get statistics(): MemoryStatistics {
    return { bytesInUse: this.#bytesInUse, bytesReserved: this.memory.buffer.byteLength };
  }

  /**
   * @returns the address of at least `bytes` bytes, aligned to 64; their content is undefined
   * @throws {OutOfMemoryError} if the memory cannot grow enough
   */
  allocate(bytes: number): number {
    const size = Math.max(roundUp(bytes), ALIGNMENT);
    const block = this.#takeFree(size) ?? this.#grow(size);
    this.#split(block, size);
    block.free = false;
    this.#allocated.set(block.address, block);
    this.#bytesInUse += size;
    return block.address;
  }

  /** @throws if no block was allocated at `address`, or it has been freed already */
  free(address: number): void {
    const block = this.#allocated.get(address);
    if (!block) throw new Error(`Memory.free: no block is allocated at ${address}`);
    this.#allocated.delete(address);
    this.#bytesInUse -= block.size;
    this.#release(block);
  }

  #release(block: Block): void {
    const { before, after } = block;
    let merged = block;
    if (before?.free) {
      this.#removeFree(before);
      before.size += block.size;
      link(before, after);
      merged = before;
    }
    if (after?.free) {
      this.#removeFree(after);
      merged.size += after.size;
      link(merged, after.after);
    }
    if (!merged.after) this.#last = merged;
    this.#putFree(merged);
  }

  /** Shrinks `block` to `size` bytes and makes the rest a free block after it. */
  #split(block: Block, size: number): void {
    const rest = block.size - size;
    if (rest < ALIGNMENT) return;
    const remainder = newBlock(block.address + size, rest, block);
    link(remainder, block.after);
    block.after = remainder;
    block.size = size;
    if (!remainder.after) this.#last = remainder;
    this.#putFree(remainder);
  }

  /** Removes a free block of at least `size` bytes from its list and returns it. */
  #takeFree(size: number): Block | undefined {
    // Blocks of the size's own class may be too small; blocks of every class above are large enough.
    const own = sizeClass(size);
    for (let block = this.#lists[own]; block; block = block.nextFree) {
      if (block.size >= size) return this.#removeFree(block);
    }
    for (let list = own + 1; list < this.#lists.length; list++) {
      const block = this.#lists[list];
      if (block) return this.#removeFree(block);
    }
    return undefined;
  }

  /** Grows the memory by at least a quarter, so that growth is rare, or by the rest up to the limit. */
  #grow(size: number): Block {
    const tail = this.#last?.free ? this.#last : undefined;
    const needed = size - (tail?.size ?? 0);
    const reserved = this.memory.buffer.byteLength;
    const wanted = Math.max(needed, Math.min(reserved / 4, this.#limit - reserved));
    if (!this.#growBytes(wanted) && !this.#growBytes(needed)) {
      throw new OutOfMemoryError(
        `WebAssembly memory cannot grow: ${describe(size)} were asked for, ${describe(this.#bytesInUse)} are in use of ` +
          `${describe(reserved)} reserved, and the limit is ${describe(this.#limit)} (the option maxMemory of cpu()). ` +
          'Dispose of tensors that are no longer needed (tf.tidy), or use smaller batches.',
        { argument: 'maxMemory' },
      );
    }
    const end = this.memory.buffer.byteLength;
    const grown = newBlock(this.#end, end - this.#end, this.#last);
    if (this.#last) this.#last.after = grown;
    this.#last = grown;
    this.#end = end;
    this.#release(grown);
    return this.#removeFree(this.#last);
  }

  #growBytes(bytes: number): boolean {
    const pages = Math.ceil(bytes / PAGE);
    if (this.memory.buffer.byteLength + pages * PAGE > this.#limit) return false;
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false; // the limit is not reached, but the machine has no more memory
    }
  }

  #putFree(block: Block): void {
    const list = sizeClass(block.size);
    while (this.#lists.length <= list) this.#lists.push(undefined);
    const first = this.#lists[list];
    block.free = true;
    block.previousFree = undefined;
    block.nextFree = first;
    if (first) first.previousFree = block;
    this.#lists[list] = block;
  }

  #removeFree(block: Block): Block {
    const { previousFree, nextFree } = block;
    if (previousFree) previousFree.nextFree = nextFree;
    else this.#lists[sizeClass(block.size)] = nextFree;
    if (nextFree) nextFree.previousFree = previousFree;
    block.free = false;
    return block;
  }
}

/** Size classes are quarters of powers of two: the sizes 64·2ᵏ·(1, 1¼, 1½, 1¾) each start a class. */
function sizeClass(size: number): number {
  const lines = size / ALIGNMENT;
  const power = Math.floor(Math.log2(lines));
  return 4 * power + Math.floor((lines / 2 ** power - 1) * 4);
}

function newBlock(address: number, size: number, before: Block | undefined): Block {
  return {
    address,
    size,
    free: false,
    before,
    after: undefined,
    nextFree: undefined,
    previousFree: undefined,
  };
}

function link(before: Block, after: Block | undefined): void {
  before.after = after;
  if (after) after.before = before;
}

const roundUp = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

const describe = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${bytes} bytes` : `${bytes} bytes (${(bytes / 1024 / 1024).toFixed(0)} MiB)`;

/**
 * Shared, so that threads can get it; a memory that is never posted needs no cross-origin isolation. Some machines
 * refuse to reserve addresses for a large maximum, so the maximum is halved until it succeeds.
 */
function createSharedMemory(limit: number): WebAssembly.Memory {
  let maximum = limit / PAGE;
  const initial = Math.min(256, maximum);
  for (;;) {
    try {
      return new WebAssembly.Memory({ initial, maximum, shared: true });
    } catch (error) {
      if (maximum <= initial) {
        throw new OutOfMemoryError(
          `WebAssembly memory cannot be created: ${initial * PAGE} bytes were asked for (${String(error)})`,
          { argument: 'maxMemory', cause: error },
        );
      }
      maximum = Math.max(initial, Math.floor(maximum / 2));
    }
  }
}
