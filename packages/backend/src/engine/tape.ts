import { engine, type Tensor } from '@tensorflow/tfjs-core';

type Thunks = Record<string, () => unknown>;

/** An operation on the tape that a gradient is computed from. */
export interface TapeNode {
  /** Gives a thunk for each input's gradient; whoever observes the tape may put another in its place. */
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
 * Follows what TensorFlow.js puts on its tape: calls the observer with each operation that has a gradient, while it runs.
 *
 * @returns a function that stops following
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
 * A function's value and its gradients with respect to tensors, mostly variables; none for those that it does not depend on. Where anything
 * throws, this frees what was saved for the backward pass; TensorFlow.js frees it only after a backward pass that ends well.
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
