import { type Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Save } from '../engine/differentiable.ts';

/**
 * Tensors that backward needs, by name. Variables outlive the step, so they are kept by reference and not cloned.
 * Changing a variable between forward and backward is an error, as in PyTorch. All other tensors are saved.
 */
export class KeptForBackward<Kept extends object> {
  readonly #operation: string;
  readonly #saved: string[] = [];
  readonly #variables = new Map<string, { variable: Variable; dataId: object }>();

  /** @param operation the operation whose gradient needs the tensors, for messages */
  constructor(operation: string) {
    this.#operation = operation;
  }

  add(name: keyof Kept & string, tensor: Tensor, save: Save): void {
    if (tensor instanceof Variable) {
      this.#variables.set(name, { variable: tensor, dataId: tensor.dataId });
    } else {
      this.#saved.push(name);
      save(tensor);
    }
  }

  /** @param saved the tensors given to `save`, in the same order */
  restore(saved: readonly Tensor[]): Kept {
    const tensors: Record<string, Tensor> = {};
    this.#saved.forEach((name, i) => {
      tensors[name] = saved[i]!;
    });
    for (const [name, { variable, dataId }] of this.#variables) {
      if (variable.isDisposed || variable.dataId !== dataId) {
        throw new Error(
          `${this.#operation}: ${name} (variable ${variable.name}) was assigned or disposed between the forward pass and its ` +
            'gradient, which needs the value it had.',
        );
      }
      tensors[name] = variable;
    }
    return tensors as Kept;
  }
}
