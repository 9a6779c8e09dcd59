import { DataStorage, engine, type KernelBackend, type TensorInfo } from '@tensorflow/tfjs-core';
import { homeOf } from './tensor-data.ts';

/**
 * A backend's data by id. tfjs moves data here that is another backend's; over data that is nobody's any more it would go
 * round in circles until the stack overflows.
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
