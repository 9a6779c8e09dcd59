import { allocate, type Elements, type NumericType } from './elements.ts';

/**
 * Arrays that runs write results into. A value that nothing needs any more gives its array back, and a later value of
 * the same size takes it. A parameter and its next value swap two arrays, step after step.
 */
export class BufferPool {
  readonly #free = new Map<string, Elements[]>();
  #bytes = 0;
  readonly #maxBytes: number;

  /**
   * @param maxBytes limit of the bytes of all free arrays together; arrays beyond it are left to the garbage
   *   collector
   */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of free arrays */
  get bytes(): number {
    return this.#bytes;
  }

  take(dtype: NumericType, size: number): Elements {
    const elements = this.#free.get(`${dtype} ${size}`)?.pop();
    if (!elements) return allocate(dtype, size);
    this.#bytes -= elements.byteLength;
    return elements;
  }

  give(dtype: NumericType, elements: Elements): void {
    if (this.#bytes + elements.byteLength > this.#maxBytes) return;
    const key = `${dtype} ${elements.length}`;
    const free = this.#free.get(key);
    if (free) free.push(elements);
    else this.#free.set(key, [elements]);
    this.#bytes += elements.byteLength;
  }

  clear(): void {
    this.#free.clear();
    this.#bytes = 0;
  }
}
