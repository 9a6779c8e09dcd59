import { keep, Tensor, Variable } from '@tensorflow/tfjs-core';
import { nextTensorId } from '@unroll/backend/engine';
import { ArgumentError } from '@unroll/backend/errors';
import { tensorsIn } from '@unroll/backend/operations';

/** A loss with other results for the caller of the step, such as the hidden state with which the next batch begins. */
export interface LossWithResults {
  readonly loss: Tensor;
}

/** The result of a loss function */
export type LossResult = Tensor | LossWithResults;

/** The results beside the loss, which the caller of a step gets */
export type Results<Result extends LossResult> = Result extends Tensor ? object : Omit<Result, 'loss'>;

/**
 * The results of a loss function beside the loss. Their tensors are kept, so that no scope frees them; the caller of the step disposes
 * of them. If the step fails, they are freed. A tensor that existed before, or that the function itself keeps, stays as it is.
 */
export class HandedOut {
  /** The results by name */
  results: Readonly<Record<string, unknown>> = {};
  #hasResults = false;
  readonly #kept: Tensor[] = [];
  /** The ids of new tensors are greater. */
  readonly #firstId = nextTensorId();

  /** @returns the loss alone */
  take(caller: string, result: unknown): unknown {
    if (typeof result !== 'object' || result === null || result instanceof Tensor || !('loss' in result)) {
      return result;
    }
    const { loss, ...results } = result;
    const promised = Object.entries(results).find(([, value]) => (value as unknown) instanceof Promise)?.[0];
    if (promised !== undefined) {
      throw new ArgumentError(
        caller,
        promised,
        'of what the loss function returned is a promise; expected tensors and values at once',
      );
    }
    this.#hasResults = true;
    this.results = results;
    for (const tensor of tensorsIn(results)) {
      if (tensor.id >= this.#firstId && !tensor.kept && !(tensor instanceof Variable))
        this.#kept.push(keep(tensor));
    }
    return loss;
  }

  /** The loss alone, or an object with the loss and the results */
  withLoss<Loss>(loss: Loss): Loss | { loss: Loss } {
    return this.#hasResults ? { ...this.results, loss } : loss;
  }

  /** Calls `f`. If it throws, the results are freed. */
  unlessItFails<T>(f: () => T): T {
    try {
      return f();
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  dispose(): void {
    for (const tensor of this.#kept) tensor.dispose();
  }
}
