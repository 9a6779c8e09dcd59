import { DataStorage, engine, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { homeOf } from './tensor-data.ts';

/**
 * A backend's data by id. If the data belongs to another backend, tfjs moves it here. If no backend has the data any
 * more, tfjs would call itself until the stack overflows; this class throws an error instead.
 */
export class OwnData<Data> extends DataStorage<Data> {
  readonly #name: string;
  readonly #backend: KernelBackend;

  /** @param name the name of the backend, for messages */
  constructor(name: string, backend: KernelBackend) {
    super(backend, engine());
    this.#name = name;
    this.#backend = backend;
  }

  /** @throws if no tensor has the data any more */
  override get(dataId: TensorInfo['dataId']): Data {
    if (!this.has(dataId)) {
      const owner = homeOf(dataId);
      if (!owner || owner === this.#backend)
        throw new Error(`${this.#name}: a tensor is used that is disposed`);
    }
    return super.get(dataId);
  }
}
