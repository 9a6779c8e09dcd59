import {
  type backend_util,
  type DataId,
  type DataType,
  engine,
  type KernelBackend,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** A tensor's values in the form in which TensorFlow.js reads them */
export type Values = backend_util.BackendValues;

/** The backend that holds the data; undefined if the data is gone. */
export const homeOf = (dataId: DataId): KernelBackend | undefined =>
  engine().state.tensorInfo.get(dataId)?.backend;

/** The shape and dtype that TensorFlow.js has recorded for the data; undefined if the data is gone. */
export const typeOf = (dataId: DataId): { readonly shape: number[]; readonly dtype: DataType } | undefined =>
  engine().state.tensorInfo.get(dataId);

/** Records that the data is on another backend now. The caller has moved it there. */
export function setHome(dataId: DataId, backend: KernelBackend): void {
  engine().state.tensorInfo.get(dataId)!.backend = backend;
}

/** A tensor for data that a backend has created; without a `backend`, the current one. */
export const tensorOf = (
  dataId: DataId,
  shape: readonly number[],
  dtype: DataType,
  backend?: KernelBackend,
): Tensor => engine().makeTensorFromDataId(dataId, [...shape], dtype, backend);

/** An id that no tensor has: existing tensors have smaller ids, later ones greater ids. */
export const nextTensorId = (): number => (engine() as unknown as { nextTensorId(): number }).nextTensorId();

/** Removes TensorFlow.js's record of data that its backend has disposed of by itself. */
export const forgetData = (dataId: DataId, backend: KernelBackend): void =>
  engine().removeDataId(dataId, backend);

/** Reads the data from its backend. */
export const readData = (dataId: DataId): Promise<Values> => engine().read(dataId);

/** @throws if the backend can only be read asynchronously */
export const readDataNow = (dataId: DataId): Values => engine().readSync(dataId);
