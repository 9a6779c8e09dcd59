import type { DataType, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import { forgetData, OwnData, tensorOf } from '@unroll/backend/engine';
import { BACKEND_NAME } from '../name.ts';
import { Value } from './recorded.ts';
import type { Recording } from './recording.ts';

type DataId = TensorInfo['dataId'];

/** Which value each tensor has, by tfjs's ids, and how many tensors have it. */
export class TensorData {
  readonly #backend: KernelBackend;
  readonly #values: OwnData<Value>;
  readonly #recording: Recording;
  readonly #onPendingGone: (value: Value) => void;

  /**
   * @param recording drops what is computed for no tensor any more
   * @param onPendingGone is told of a value that the last tensor lets go before it has been computed
   */
  constructor(backend: KernelBackend, recording: Recording, onPendingGone: (value: Value) => void) {
    this.#backend = backend;
    this.#values = new OwnData(BACKEND_NAME, backend);
    this.#recording = recording;
    this.#onPendingGone = onPendingGone;
  }

  /** Ids that there are */
  get count(): number {
    return this.#values.numDataIds();
  }

  has(dataId: DataId): boolean {
    return this.#values.has(dataId);
  }

  /**
   * The value of a tensor; tfjs moves it here where another backend has it.
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

  /** A value under a new id, for one tensor to have it. */
  add(value: Value): TensorInfo {
    const dataId = {};
    for (const part of value.parts) part.refCount = 1;
    this.put(dataId, value, 1);
    return { dataId, shape: [...value.shape], dtype: value.dtype };
  }

  /** A value under an id that tfjs gave. */
  put(dataId: DataId, value: Value, refCount: number): void {
    value.refCount = refCount;
    this.#values.set(dataId, value);
  }

  /** Gives the tensors that have a value another one in its place. */
  replace(dataId: DataId, value: Value): void {
    const before = this.get(dataId);
    this.put(dataId, value, before.refCount);
    before.refCount = 0;
  }

  /** A new tensor of the id's data. */
  tensor(dataId: DataId, shape: readonly number[], dtype: DataType): Tensor {
    return tensorOf(dataId, shape, dtype, this.#backend);
  }

  /** A tensor without elements, which stands for others of its shape in a trace. */
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
   * Counts a tensor less.
   *
   * @param force whatever the count is
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

  /** Gives a count back that `incRef` or `add` took, and takes data that no tensor has out of tfjs's books. */
  letGo(dataId: DataId): void {
    if (this.dispose(dataId)) forgetData(dataId, this.#backend);
  }
}
