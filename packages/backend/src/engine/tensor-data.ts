import {
  type backend_util,
  type DataId,
  type DataType,
  engine,
  type KernelBackend,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** A tensor's values as TensorFlow.js reads them */
export type Values = backend_util.BackendValues;

/** The backend that has the data; undefined where it is gone. */
export const homeOf = (dataId: DataId): KernelBackend | undefined =>
  engine().state.tensorInfo.get(dataId)?.backend;

/** What TensorFlow.js knows of data beside its values; undefined where it is gone. */
export const typeOf = (dataId: DataId): { readonly shape: number[]; readonly dtype: DataType } | undefined =>
  engine().state.tensorInfo.get(dataId);

/** Says that the data lies on another backend now. Who calls it has moved it there. */
export function setHome(dataId: DataId, backend: KernelBackend): void {
  engine().state.tensorInfo.get(dataId)!.backend = backend;
}

/** A tensor of data that a backend has made; of the current backend, where none is given. */
export const tensorOf = (
  dataId: DataId,
  shape: readonly number[],
  dtype: DataType,
  backend?: KernelBackend,
): Tensor => engine().makeTensorFromDataId(dataId, [...shape], dtype, backend);

/** A number that no tensor has: those that are there have smaller ids, those that are made from now on greater ones. */
export const nextTensorId = (): number => (engine() as unknown as { nextTensorId(): number }).nextTensorId();

/** Lets TensorFlow.js forget data that its backend has disposed of by itself. */
export const forgetData = (dataId: DataId, backend: KernelBackend): void =>
  engine().removeDataId(dataId, backend);

/** Reads data where it lies. */
export const readData = (dataId: DataId): Promise<Values> => engine().read(dataId);

/** @throws where the backend reads asynchronously only */
export const readDataNow = (dataId: DataId): Values => engine().readSync(dataId);
