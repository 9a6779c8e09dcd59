import { engine, type Variable } from '@tensorflow/tfjs-core';

/** Every variable of the process that is not disposed. */
export const liveVariables = (): Variable[] =>
  Object.values(engine().registeredVariables).filter((variable) => !variable.isDisposed);
