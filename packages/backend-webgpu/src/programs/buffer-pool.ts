import { OutOfMemoryError } from '@unroll/backend/errors';
import { DEFAULTS } from '../options.ts';

/** Of buffers that tensors are in: STORAGE, COPY_SRC, COPY_DST */
export const STORAGE_USAGE = 0x80 | 0x4 | 0x8;

export interface BufferPoolOptions {
  /** Bytes that may be lent at a time */
  readonly maxMemory?: number | undefined;
  /** Bytes of freed buffers that are kept for reuse */
  readonly maxPooledBytes?: number | undefined;
  /** Gives back what waits for recorded commands alone */
  makeRoom(): void;
}

/**
 * GPU memory, lent and taken back. It stands in the place of tfjs-backend-webgpu's `BufferManager`, whose pool never gives anything
 * back to the GPU.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #maxBytes: number;
  readonly #maxFreeBytes: number;
  readonly #makeRoom: () => void;
  /** Buffers that are lent, and how often each has to be given back */
  readonly #used = new Map<GPUBuffer, number>();
  /** By size and usage; of the map's keys, the first is the one used longest ago. */
  readonly #free = new Map<string, GPUBuffer[]>();
  /** Of buffers that are to come */
  #reserved = 0;
  /** Of the buffers that are lent. Public and mutable, as tfjs's class has it */
  numBytesUsed = 0;
  /** Of all buffers that exist */
  numBytesAllocated = 0;

  constructor(
    device: GPUDevice,
    {
      maxMemory = Number.POSITIVE_INFINITY,
      maxPooledBytes = DEFAULTS.maxPooledBytes,
      makeRoom,
    }: BufferPoolOptions,
  ) {
    this.#device = device;
    this.#maxBytes = maxMemory;
    this.#maxFreeBytes = maxPooledBytes;
    this.#makeRoom = makeRoom;
  }

  get freeBytes(): number {
    return this.numBytesAllocated - this.numBytesUsed;
  }

  /**
   * A buffer that comes from the pool is not mapped, whatever `mappedAtCreation` says.
   *
   * @throws {OutOfMemoryError} where there is no room for it; nothing has changed then
   */
  acquireBuffer(size: number, usage: number, mappedAtCreation = false, reuse = true): GPUBuffer {
    this.#checkRoom(size);
    return this.#lend(size, usage, mappedAtCreation, reuse);
  }

  /** For what is small, and must not fail in the middle of something: whatever `maxMemory` is. */
  acquireAnyway(size: number, usage: number): GPUBuffer {
    return this.#lend(size, usage);
  }

  #lend(size: number, usage: number, mappedAtCreation = false, reuse = true): GPUBuffer {
    const buffer =
      (reuse ? this.#free.get(keyOf(size, usage))?.pop() : undefined) ??
      this.#create(size, usage, mappedAtCreation);
    this.#used.set(buffer, 1);
    this.numBytesUsed += size;
    return buffer;
  }

  /** Lends a buffer that is lent already once more: it has to be given back once more, too. Buffers of the program's own are left alone. */
  shareBuffer(buffer: GPUBuffer): void {
    const loans = this.#used.get(buffer);
    if (loans !== undefined) this.#used.set(buffer, loans + 1);
  }

  /**
   * Keeps room for a buffer that `acquireReserved` will take.
   *
   * @throws {OutOfMemoryError} where there is none; nothing has changed then
   */
  reserve(size: number): void {
    this.#checkRoom(size);
    this.#reserved += size;
  }

  unreserve(size: number): void {
    this.#reserved -= size;
  }

  acquireReserved(size: number, usage: number): GPUBuffer {
    this.unreserve(size);
    return this.#lend(size, usage);
  }

  releaseBuffer(buffer: GPUBuffer, reuse = true): void {
    const loans = this.#used.get(buffer);
    if (loans === undefined) return;
    if (loans > 1) {
      this.#used.set(buffer, loans - 1);
      return;
    }
    this.#used.delete(buffer);
    this.numBytesUsed -= buffer.size;
    if (!reuse) {
      this.#destroy(buffer);
      return;
    }
    const key = keyOf(buffer.size, buffer.usage);
    const free = this.#free.get(key) ?? [];
    free.push(buffer);
    this.#free.delete(key);
    this.#free.set(key, free);
    this.#shrink(this.#maxFreeBytes);
  }

  getNumUsedBuffers(): number {
    return this.#used.size;
  }

  getNumFreeBuffers(): number {
    return [...this.#free.values()].reduce((count, buffers) => count + buffers.length, 0);
  }

  dispose(): void {
    for (const buffer of [...this.#used.keys(), ...[...this.#free.values()].flat()]) this.#destroy(buffer);
    this.#used.clear();
    this.#free.clear();
    this.numBytesUsed = 0;
  }

  #checkRoom(size: number): void {
    const { maxBufferSize } = this.#device.limits;
    if (size > maxBufferSize) {
      throw new OutOfMemoryError(
        `webgpu: a tensor of ${size} bytes was asked for; the GPU has buffers of at most ${maxBufferSize} bytes`,
      );
    }
    const isFull = () => this.numBytesUsed + this.#reserved + size > this.#maxBytes;
    if (isFull()) this.#makeRoom();
    if (isFull()) {
      throw new OutOfMemoryError(
        `webgpu: ${size} bytes were asked for, ${this.numBytesUsed + this.#reserved} are in use, and maxMemory is ${this.#maxBytes}`,
        { argument: 'maxMemory' },
      );
    }
  }

  #create(size: number, usage: number, mappedAtCreation: boolean): GPUBuffer {
    if (this.numBytesAllocated + size > this.#maxBytes) this.#shrink(0);
    this.numBytesAllocated += size;
    return this.#device.createBuffer({ size, usage, mappedAtCreation });
  }

  #destroy(buffer: GPUBuffer): void {
    this.numBytesAllocated -= buffer.size;
    buffer.destroy();
  }

  /** The queue has taken all commands on a free buffer: destroying it does not disturb them. */
  #shrink(maxFreeBytes: number): void {
    while (this.freeBytes > maxFreeBytes) {
      const oldest = this.#free.entries().next();
      if (oldest.done) return;
      const [key, buffers] = oldest.value;
      const buffer = buffers.shift();
      if (buffer) this.#destroy(buffer);
      if (buffers.length === 0) this.#free.delete(key);
    }
  }
}

const keyOf = (size: number, usage: number): string => `${size} ${usage}`;
