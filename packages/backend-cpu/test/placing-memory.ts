import { ALIGNMENT, Memory } from '../src/memory.ts';

const BYTES = 32 * 65536;

export interface Placement {
  /** The allocation, counted from 0, that gets the very last bytes of the memory */
  readonly atEnd?: number;
  /** The allocation that fails, as if the memory could not grow */
  readonly failing?: number;
  /** The initial value of every word of the memory */
  readonly filledWith?: number;
}

/** A quiet NaN whose bits no kernel computes. */
export const POISON = 0x7fc0dead;

/**
 * An allocator for tests of accesses outside a kernel's blocks: it puts one block at the end of the memory and leaves
 * gaps between the others.
 */
export class PlacingMemory extends Memory {
  readonly #words: Int32Array;
  readonly #sizes = new Map<number, number>();
  #base = 0;
  #next = 0;
  #allocations = 0;
  #blocks: { address: number; size: number }[] = [];
  #placement: Placement = {};

  constructor() {
    super(BYTES);
    this.#words = new Int32Array(this.memory.buffer);
  }

  override start(base: number): void {
    this.#base = Math.ceil(base / ALIGNMENT) * ALIGNMENT;
    this.begin({});
  }

  /** Forgets all blocks and places new ones according to `placement`. */
  begin(placement: Placement): void {
    this.#placement = placement;
    this.#words.fill(placement.filledWith ?? 0, this.#base / 4);
    this.#next = this.#base + ALIGNMENT;
    this.#allocations = 0;
    this.#blocks = [];
    this.#sizes.clear();
  }

  /** Number of allocations since `begin` */
  get allocations(): number {
    return this.#allocations;
  }

  override get statistics(): { bytesInUse: number; bytesReserved: number } {
    return {
      bytesInUse: [...this.#sizes.values()].reduce((sum, size) => sum + size, 0),
      bytesReserved: BYTES,
    };
  }

  override allocate(bytes: number): number {
    const number = this.#allocations++;
    if (number === this.#placement.failing) throw new Error('WebAssembly memory cannot grow');
    const size = Math.max(Math.ceil(bytes / ALIGNMENT), 1) * ALIGNMENT;
    const address = number === this.#placement.atEnd ? BYTES - size : this.#next;
    if (address === this.#next) this.#next += size + ALIGNMENT;
    if (this.#next > BYTES / 2 || size > BYTES / 2) throw new Error('the test needs a larger PlacingMemory');
    this.#blocks.push({ address, size });
    this.#sizes.set(address, size);
    return address;
  }

  override free(address: number): void {
    if (!this.#sizes.delete(address)) throw new Error(`no block is allocated at ${address}`);
  }

  /** The address of the first word outside all blocks since `begin` that was written; undefined if there is none. */
  firstStrayWrite(): number | undefined {
    const filledWith = this.#placement.filledWith ?? 0;
    let from = this.#base;
    for (const { address, size } of [...this.#blocks].sort((a, b) => a.address - b.address)) {
      const stray = this.#firstOther(filledWith, from, address);
      if (stray !== undefined) return stray;
      from = address + size;
    }
    return this.#firstOther(filledWith, from, BYTES);
  }

  #firstOther(word: number, begin: number, end: number): number | undefined {
    for (let i = begin / 4; i < end / 4; i++) if (this.#words[i] !== word) return 4 * i;
    return undefined;
  }
}
