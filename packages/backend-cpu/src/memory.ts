import { OutOfMemoryError } from '@unroll/backend/errors';

const PAGE = 65536;

/**
 * Of blocks' addresses and sizes: a cache line. Kernels rely on it where they go along a whole tensor four elements at a
 * time: the last vector may be filled by the tensor only in part, but lies inside the tensor's own block.
 */
export const ALIGNMENT = 64;

/**
 * WebAssembly's own limit with 32-bit addresses, less a page: kernels compare with the address past a tensor's last
 * element, which for a tensor that ends at 2³² would be 0.
 */
const ADDRESSABLE = 65535 * PAGE;

export interface MemoryStatistics {
  /** Bytes of blocks that are allocated, each rounded up to 64. */
  readonly bytesInUse: number;
  /** Bytes that the WebAssembly memory has grown to; it never shrinks. */
  readonly bytesReserved: number;
}

/** A piece of memory, free or not, between its neighbours. Free ones also stand in the list of their size class. */
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
 * The allocator of the WebAssembly memory: free blocks in lists by size class, four classes to a power of two, neighbours
 * merged as they are freed. Allocating and freeing take constant time, and a program that repeats itself does not grow.
 *
 * A block may be the last thing in the memory. What lies past a block, where anything does, is another's: kernels neither
 * read nor write it (assembly/memory.ts says how; kernels/end-of-memory.test.ts holds them to it).
 */
export class Memory {
  readonly memory: WebAssembly.Memory;
  readonly #limit: number;
  readonly #lists: (Block | undefined)[] = [];
  readonly #allocated = new Map<number, Block>();
  #last: Block | undefined;
  #bytesInUse = 0;
  #end = 0;

  /** @param limit bytes that the memory may grow to */
  constructor(limit: number = ADDRESSABLE) {
    this.#limit = Math.floor(Math.min(limit, ADDRESSABLE) / PAGE) * PAGE;
    this.memory = createSharedMemory(this.#limit);
  }

  /** Hands the bytes from `base` on to the allocator; those below are the module's own. */
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
   * @returns the address of at least `bytes` bytes, aligned to 64; what they hold is undefined
   * @throws {OutOfMemoryError} where the memory cannot grow enough
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

  /** @throws where no block was allocated at `address`, or it was freed before */
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

  /** Leaves `block` with `size` bytes, and the rest as a free block behind it. */
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

  /** A free block of at least `size` bytes, out of its list. */
  #takeFree(size: number): Block | undefined {
    // In the size's own class blocks may be too small; in every class above none is.
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

  /** Grows the memory by at least a quarter, so that growth is rare, or by what is left up to the limit. */
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
      return false; // the limit stands, but the machine has no more to give
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

/** Quarters of powers of two: sizes 64·2ᵏ·(1, 1¼, 1½, 1¾) begin a class. */
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
 * Shared, so that threads can be given it; a memory that is not posted anywhere needs no cross-origin isolation. Some
 * machines refuse to reserve addresses for a large maximum, hence the halving.
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
