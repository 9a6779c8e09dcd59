import { OutOfMemoryError } from '@unroll/backend/errors';
import { DEFAULTS } from '../options.ts';

/** Usage of buffers for tensors: STORAGE, COPY_SRC, COPY_DST */
export const STORAGE_USAGE = 0x80 | 0x4 | 0x8;

export interface BufferPoolOptions {
  /** Bytes that may be lent at the same time */
  readonly maxMemory?: number | undefined;
  /** Bytes of freed buffers to keep for reuse */
  readonly maxPooledBytes?: number | undefined;
  /** Releases buffers that are held only until recorded commands are submitted */
  makeRoom(): void;
}

/**
 * GPU memory that is lent and returned. It replaces tfjs-backend-webgpu's `BufferManager`, whose pool never returns
 * memory to the GPU.
 */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #maxBytes: number;
  readonly #maxFreeBytes: number;
  readonly #makeRoom: () => void;
  /** Lent buffers, and the number of times that each has to be returned */
  readonly #used = new Map<GPUBuffer, number>();
  /** Free buffers by size and usage; the first key of the map is the one used longest ago. */
  readonly #free = new Map<string, GPUBuffer[]>();
  /** Bytes of buffers that will be acquired later */
  #reserved = 0;
  /** Bytes of lent buffers. Public and mutable, like the field of tfjs's class */
  numBytesUsed = 0;
  /** Bytes of all existing buffers */
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
   * Lends a buffer. A buffer from the pool is never mapped, even with `mappedAtCreation`.
   *
   * @throws {OutOfMemoryError} if memory does not suffice; nothing has changed then
   */
  acquireBuffer(size: number, usage: number, mappedAtCreation = false, reuse = true): GPUBuffer {
    this.#checkRoom(size);
    return this.#lend(size, usage, mappedAtCreation, reuse);
  }

  /** Lends a small buffer regardless of `maxMemory`, for code that must not fail halfway. */
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

  /** Lends a buffer once more, so that it has to be returned once more. Has no effect on the program's own buffers. */
  shareBuffer(buffer: GPUBuffer): void {
    const loans = this.#used.get(buffer);
    if (loans !== undefined) this.#used.set(buffer, loans + 1);
  }

  /**
   * Reserves memory for a buffer that `acquireReserved` will take.
   *
   * @throws {OutOfMemoryError} if memory does not suffice; nothing has changed then
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

  /** The queue has taken all commands on a free buffer, so destroying the buffer does not affect them. */
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
