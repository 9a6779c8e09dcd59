import { engine, type TensorInfo, type Variable } from '@tensorflow/tfjs-core';
import type { OnnxruntimeBackend } from '../onnxruntime-backend.ts';
import type { Value } from '../recording/value.ts';

/**
 * Values without elements in the place of variables' own: in a trace each variable is then told from the others, also
 * from those that share its data, and its own value waits unharmed.
 */
export class StandIns {
  readonly variableOf = new Map<Value, Variable>();
  readonly #backend: OnnxruntimeBackend;
  readonly #held: { readonly variable: Variable; readonly own: TensorInfo['dataId'] }[] = [];

  constructor(backend: OnnxruntimeBackend, variables: readonly Variable[]) {
    this.#backend = backend;
    for (const variable of variables) {
      const own = variable.dataId;
      backend.incRef(own);
      this.#held.push({ variable, own });
      const standIn = backend.standIn(variable.shape, variable.dtype);
      this.variableOf.set(backend.data.get(standIn.dataId), variable);
      variable.assign(standIn);
      standIn.dispose();
    }
  }

  /** The variables that have other values than their stand-ins. */
  assigned(): Variable[] {
    return this.#held
      .map(({ variable }) => variable)
      .filter((variable) => this.variableOf.get(this.#backend.data.get(variable.dataId)) !== variable);
  }

  /** Gives the variables their own values back. */
  restore(): void {
    for (const { variable, own } of this.#held) {
      if (variable.isDisposed) {
        this.#backend.letGo(own);
        continue;
      }
      const tensor = engine().makeTensorFromDataId(own, variable.shape, variable.dtype);
      variable.assign(tensor);
      tensor.dispose();
    }
  }
}
