import { DataStorage, engine, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { homeOf } from './tensor-data.ts';

/**
 * A backend's data by id. Where the id is another backend's, tfjs moves the data here. Where it is no backend's any more, tfjs
 * would call itself until the stack overflows; this throws instead.
 */
export class OwnData<Data> extends DataStorage<Data> {
  readonly #name: string;
  readonly #backend: KernelBackend;

  /** @param name of the backend, for messages */
  constructor(name: string, backend: KernelBackend) {
    super(backend, engine());
    this.#name = name;
    this.#backend = backend;
  }

  /** @throws where no tensor has the data any more */
  override get(dataId: TensorInfo['dataId']): Data {
    if (!this.has(dataId)) {
      const owner = homeOf(dataId);
      if (!owner || owner === this.#backend)
        throw new Error(`${this.#name}: a tensor is used that is disposed`);
    }
    return super.get(dataId);
  }
}
