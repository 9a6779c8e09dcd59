import type { DataId } from '@tensorflow/tfjs-core';
import { OwnData } from './own-data.ts';

/** `OwnData` that lists its ids. It does not keep data alive whose tensors the program has dropped without disposing of them. */
export class ListedData<Data> extends OwnData<Data> {
  readonly #references = new Set<WeakRef<DataId>>();
  readonly #referenceOf = new WeakMap<DataId, WeakRef<DataId>>();

  /** The ids of all data here */
  *ids(): Generator<DataId> {
    for (const reference of this.#references) {
      const dataId = reference.deref();
      if (dataId) yield dataId;
      else this.#references.delete(reference);
    }
  }

  override set(dataId: DataId, value: Data): void {
    if (!this.#referenceOf.has(dataId)) {
      const reference = new WeakRef(dataId);
      this.#referenceOf.set(dataId, reference);
      this.#references.add(reference);
    }
    super.set(dataId, value);
  }

  override delete(dataId: DataId): boolean {
    const reference = this.#referenceOf.get(dataId);
    if (reference) {
      this.#references.delete(reference);
      this.#referenceOf.delete(dataId);
    }
    return super.delete(dataId);
  }
}
