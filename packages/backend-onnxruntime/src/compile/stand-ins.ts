import type { TensorInfo, Variable } from '@tensorflow/tfjs-core';
import type { Value } from '../recording/recorded.ts';
import type { TensorData } from '../recording/tensor-data.ts';

/**
 * Values without elements that replace variables' own values during a trace. The trace can then tell variables from
 * one another, even variables that share their data. The variables' own values are kept unchanged.
 */
export class StandIns {
  readonly variableOf = new Map<Value, Variable>();
  readonly #data: TensorData;
  readonly #held: { readonly variable: Variable; readonly own: TensorInfo['dataId'] }[] = [];

  constructor(data: TensorData, variables: readonly Variable[]) {
    this.#data = data;
    for (const variable of variables) {
      const own = variable.dataId;
      data.incRef(own);
      this.#held.push({ variable, own });
      const standIn = data.standIn(variable.shape, variable.dtype);
      this.variableOf.set(data.get(standIn.dataId), variable);
      variable.assign(standIn);
      standIn.dispose();
    }
  }

  /** The variables that have other values than their stand-ins. */
  assigned(): Variable[] {
    return this.#held
      .map(({ variable }) => variable)
      .filter((variable) => this.variableOf.get(this.#data.get(variable.dataId)) !== variable);
  }

  /** Gives the variables their own values back. */
  restore(): void {
    for (const { variable, own } of this.#held) {
      if (variable.isDisposed) {
        this.#data.letGo(own);
        continue;
      }
      const tensor = this.#data.tensor(own, variable.shape, variable.dtype);
      variable.assign(tensor);
      tensor.dispose();
    }
  }
}
