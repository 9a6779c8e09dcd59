import { keep, Tensor, Variable } from '@tensorflow/tfjs-core';
import { nextTensorId } from '@unroll/backend/engine';
import { ArgumentError } from '@unroll/backend/errors';
import { tensorsIn } from '@unroll/backend/operations';

/** A loss, and beside it what the loss function's caller is to have: the state that the next batch goes on from, for instance. */
export interface LossWithResults {
  readonly loss: Tensor;
}

/** What a loss function may return. */
export type LossResult = Tensor | LossWithResults;

/** What a loss function's caller gets beside the loss. */
export type Results<Result extends LossResult> = Result extends Tensor ? object : Omit<Result, 'loss'>;

/**
 * What a loss function hands out beside the loss. Its tensors are kept out of the scopes that free all others, for the caller to
 * dispose; where the step fails, they are freed. A tensor that was there before, or that the function itself keeps, stays as it is.
 */
export class HandedOut {
  /** By the names that the loss function gave them */
  results: Readonly<Record<string, unknown>> = {};
  #hasResults = false;
  readonly #kept: Tensor[] = [];
  /** Tensors that are made from now on have this number or a greater one. */
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

  /** The loss as the caller gets it: alone, or with the results. */
  withLoss<Loss>(loss: Loss): Loss | { loss: Loss } {
    return this.#hasResults ? { ...this.results, loss } : loss;
  }

  /** Calls `f`, and frees what was handed out where it throws. */
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
