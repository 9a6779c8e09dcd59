import type { backend_util, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import type { Memory } from './memory.ts';

type BackendValues = backend_util.BackendValues;

/** Element types of the WebAssembly kernels. A complex64 tensor is two float32 tensors; strings stay in JavaScript. */
export type NumericType = 'float32' | 'int32' | 'bool';

export const BYTES_PER_ELEMENT: Readonly<Record<NumericType, number>> = { float32: 4, int32: 4, bool: 1 };

export const isNumeric = (dtype: string): dtype is NumericType => dtype in BYTES_PER_ELEMENT;

const arrayTypes = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/**
 * A tensor's elements: in WebAssembly memory, or in a JavaScript array until one of our kernels needs their address.
 * The kernels of tfjs-backend-cpu read and write `values` and `complexTensorInfos`.
 */
export class TensorData {
  readonly dtype: DataType;
  refCount: number;
  declare complexTensorInfos?: { real: TensorInfo; imag: TensorInfo };
  readonly #memory: Memory;
  #address: number | undefined;
  #length = 0;
  #array: BackendValues | undefined;
  #view: Float32Array | Int32Array | Uint8Array | undefined;

  constructor(memory: Memory, dtype: DataType, refCount: number) {
    this.#memory = memory;
    this.dtype = dtype;
    this.refCount = refCount;
  }

  /** A tensor of `length` elements in WebAssembly memory, with undefined content. */
  static allocate(memory: Memory, dtype: NumericType, length: number): TensorData {
    const data = new TensorData(memory, dtype, 1);
    data.#address = memory.allocate(length * BYTES_PER_ELEMENT[dtype]);
    data.#length = length;
    return data;
  }

  /** The elements. If they are in WebAssembly memory, this is a view that is valid as long as the tensor. */
  get values(): BackendValues {
    // A tensor that a kernel has just created may have no elements yet; tfjs's types do not allow for this.
    if (this.#address === undefined) return this.#array as BackendValues;
    // A view of a shared memory stays valid when the memory grows.
    this.#view ??= new arrayTypes[this.dtype as NumericType](
      this.#memory.memory.buffer,
      this.#address,
      this.#length,
    );
    return this.#view;
  }

  /**
   * tfjs's kernels may pass their inputs' elements on to outputs; a view of another tensor's memory has to be copied.
   */
  set values(values: BackendValues | undefined) {
    this.release();
    this.#array = isShared(values) ? values.slice() : values;
  }

  /** A copy of the elements for callers that are not kernels and may keep or change it. */
  copyValues(): BackendValues {
    return this.values.slice();
  }

  /** The address of the elements, after copying them to WebAssembly memory if necessary. */
  address(length: number): number {
    if (this.#address === undefined) {
      const array = this.#array as ArrayLike<number> | undefined;
      const type = this.dtype as NumericType;
      this.#address = this.#memory.allocate(length * BYTES_PER_ELEMENT[type]);
      this.#length = length;
      this.#array = undefined;
      if (array) (this.values as Float32Array).set(array);
    }
    return this.#address;
  }

  release(): void {
    if (this.#address !== undefined) this.#memory.free(this.#address);
    this.#address = undefined;
    this.#view = undefined;
    this.#array = undefined;
  }
}

/**
 * Not `instanceof SharedArrayBuffer`: pages without cross-origin isolation have shared memories, but that class is not
 * defined.
 */
function isShared(values: BackendValues | undefined): values is Float32Array | Int32Array | Uint8Array {
  return ArrayBuffer.isView(values) && !(values.buffer instanceof ArrayBuffer);
}
