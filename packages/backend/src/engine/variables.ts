import { engine, type Variable } from '@tensorflow/tfjs-core';

/** Every variable of the process that has not been disposed. */
export const liveVariables = (): Variable[] =>
  Object.values(engine().registeredVariables).filter((variable) => !variable.isDisposed);
