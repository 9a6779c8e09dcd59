import { type DataType, engine, type KernelBackend, type Tensor, type Variable } from '@tensorflow/tfjs-core';

/* What is used here of TensorFlow.js's engine that is not in its documented interface. */

type DataId = Tensor['dataId'];

/** The scope of tfjs's operation under way; empty outside of all. */
export const operationUnderWay = (): string => engine().state.activeScope?.name ?? '';

/** All variables that there are, whatever backend has their data. */
export const registeredVariables = (): Variable[] => Object.values(engine().registeredVariables);

/** A new tensor of data that a backend has. */
export const tensorOfData = (
  dataId: DataId,
  shape: readonly number[],
  dtype: DataType,
  backend: KernelBackend,
): Tensor => engine().makeTensorFromDataId(dataId, [...shape], dtype, backend);

/** Takes data that no tensor has out of tfjs's books. */
export const forgetData = (dataId: DataId, backend: KernelBackend): void =>
  engine().removeDataId(dataId, backend);
