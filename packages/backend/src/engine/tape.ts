import { engine, type Tensor } from '@tensorflow/tfjs-core';

type Thunks = Record<string, () => unknown>;

/** An operation on the tape, from which a gradient is computed. */
export interface TapeNode {
  /** Returns a thunk for each input's gradient; an observer of the tape may replace it. */
  gradient?: (dys: unknown[]) => Thunks;
}

export type TapeObserver = (node: TapeNode) => void;

interface TapedEngine {
  addTapeNode(...args: unknown[]): void;
  readonly state: { readonly activeTape?: readonly TapeNode[] };
}

const observers = new Set<TapeObserver>();
let addTapeNode: TapedEngine['addTapeNode'] | undefined;

/**
 * Reports the entries of TensorFlow.js's tape: calls the observer with each operation that has a gradient, right after
 * it ran.
 *
 * @returns a function that stops the reports
 */
export function observeTape(observer: TapeObserver): () => void {
  observers.add(observer);
  const taped = engine() as unknown as TapedEngine;
  if (!addTapeNode) {
    const original = taped.addTapeNode;
    addTapeNode = original;
    taped.addTapeNode = (...args) => {
      original.apply(taped, args);
      const node = taped.state.activeTape?.at(-1);
      if (node) for (const other of observers) other(node);
    };
  }
  return () => {
    observers.delete(observer);
    if (observers.size > 0 || !addTapeNode) return;
    taped.addTapeNode = addTapeNode;
    addTapeNode = undefined;
  };
}

/**
 * A function's value and its gradients with respect to tensors, mostly variables. A tensor that the value does not
 * depend on has no gradient. On an error, this frees the tensors saved for the backward pass; TensorFlow.js frees them
 * only after a successful backward pass.
 */
export function valueAndGradients(
  f: () => Tensor,
  xs: Tensor[],
): { value: Tensor; grads: (Tensor | null | undefined)[] } {
  try {
    return engine().gradients(f, xs, undefined, true);
  } catch (error) {
    const { state } = engine();
    if (state.gradientDepth === 0) {
      for (const node of state.activeTape ?? []) for (const saved of node.saved ?? []) saved.dispose();
      state.activeTape = [];
    }
    throw error;
  }
}
