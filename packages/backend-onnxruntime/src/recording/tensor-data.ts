import type { DataType, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { forgetData, OwnData, tensorOf } from '@unroll/backend/engine';
import { BACKEND_NAME } from '../name.ts';
import { Value } from './recorded.ts';
import type { Recording } from './recording.ts';

type DataId = TensorInfo['dataId'];

/** The value of each tensor, by tfjs's ids, and the number of tensors that have it. */
export class TensorData {
  readonly #backend: KernelBackend;
  readonly #values: OwnData<Value>;
  readonly #recording: Recording;
  readonly #onPendingGone: (value: Value) => void;

  /**
   * @param recording drops operations whose results no tensor needs any more
   * @param onPendingGone is called with a value whose last tensor is gone before the value has been computed
   */
  constructor(backend: KernelBackend, recording: Recording, onPendingGone: (value: Value) => void) {
    this.#backend = backend;
    this.#values = new OwnData(BACKEND_NAME, backend);
    this.#recording = recording;
    this.#onPendingGone = onPendingGone;
  }

  /** The number of ids */
  get count(): number {
    return this.#values.numDataIds();
  }

  has(dataId: DataId): boolean {
    return this.#values.has(dataId);
  }

  /**
   * The value of a tensor. tfjs moves it here where another backend has it.
   *
   * @throws where no tensor has it any more
   */
  get(dataId: DataId): Value {
    return this.#values.get(dataId);
  }

  /** The value of a tensor; undefined where it is not here. */
  find(dataId: DataId): Value | undefined {
    return this.#values.has(dataId) ? this.#values.get(dataId) : undefined;
  }

  /** Adds a value under a new id, for one tensor. */
  add(value: Value): TensorInfo {
    const dataId = {};
    for (const part of value.parts) part.refCount = 1;
    this.put(dataId, value, 1);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** Adds a value under an id that tfjs gave. */
  put(dataId: DataId, value: Value, refCount: number): void {
    value.refCount = refCount;
    this.#values.set(dataId, value);
  }

  /** Replaces the value of the tensors that have an id. */
  replace(dataId: DataId, value: Value): void {
    const before = this.get(dataId);
    this.put(dataId, value, before.refCount);
    before.refCount = 0;
  }

  /** A new tensor with the data of an id. */
  tensor(dataId: DataId, shape: readonly number[], dtype: DataType): Tensor {
    return tensorOf(dataId, shape, dtype, this.#backend);
  }

  /** A tensor without elements, which stands for other tensors of its shape in a trace. */
  standIn(shape: readonly number[], dtype: DataType): Tensor {
    const { dataId } = this.add(new Value([...shape], dtype));
    return this.tensor(dataId, shape, dtype);
  }

  incRef(dataId: DataId): void {
    this.get(dataId).refCount++;
  }

  refCount(dataId: DataId): number {
    return this.find(dataId)?.refCount ?? 0;
  }

  /**
   * Reduces the count of tensors by one.
   *
   * @param force removes the data whatever the count is
   * @returns whether no tensor has the data any more
   */
  dispose(dataId: DataId, force = false): boolean {
    const value = this.find(dataId);
    if (!value) return true;
    value.refCount--;
    if (!force && value.refCount > 0) return false;
    this.#values.delete(dataId);
    if (!value.isComputed) this.#onPendingGone(value);
    const gone = [value, ...value.parts];
    for (const each of gone) each.refCount = 0;
    for (const each of gone) this.#recording.drop(each);
    return true;
  }

  /** Undoes one `incRef` or `add`. Data that no tensor has is also removed from tfjs's books. */
  letGo(dataId: DataId): void {
    if (this.dispose(dataId)) forgetData(dataId, this.#backend);
  }
}
