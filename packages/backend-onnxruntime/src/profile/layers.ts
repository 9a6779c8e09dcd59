import { engine } from '@tensorflow/tfjs-core';

type Thunks = Record<string, () => unknown>;
interface TapeNode {
  gradient?: (dys: unknown[]) => Thunks;
}
interface TapedEngine {
  addTapeNode(...args: unknown[]): void;
  state: { activeTape?: TapeNode[] };
}

/**
 * Tells which layer a kernel call belongs to: the chain of `forward` methods that are on the stack, or, in a backward pass,
 * those that were when the operation was recorded whose gradient it is part of.
 */
export class Layers {
  #backward: string | undefined;
  #original: TapedEngine['addTapeNode'] | undefined;

  /** The layer of the call under way; an optimizer's step counts as one, and so does what is outside of all. */
  current(): string {
    return this.#backward ?? layerOnStack();
  }

  /** Follows gradients, by the tape of TensorFlow.js's engine, which knows which operation each belongs to. */
  install(): void {
    if (this.#original) return;
    const taped = engine() as unknown as TapedEngine;
    const original = taped.addTapeNode;
    this.#original = original;
    taped.addTapeNode = (...args) => {
      const layer = this.current();
      original.apply(taped, args);
      const node = taped.state.activeTape?.at(-1);
      const gradient = node?.gradient;
      if (!node || !gradient) return;
      node.gradient = (dys) => {
        const thunks = this.#within(layer, () => gradient(dys));
        return Object.fromEntries(
          Object.entries(thunks).map(([input, thunk]) => [input, () => this.#within(layer, thunk)]),
        );
      };
    };
  }

  remove(): void {
    if (!this.#original) return;
    (engine() as unknown as TapedEngine).addTapeNode = this.#original;
    this.#original = undefined;
  }

  #within<Result>(layer: string, f: () => Result): Result {
    const outer = this.#backward;
    this.#backward = layer;
    try {
      return f();
    } finally {
      this.#backward = outer;
    }
  }
}

const NO_LAYER = '(no layer)';

/** `Classifier › LSTM`, from the outermost `forward` in; or `AdamW.step`. */
function layerOnStack(): string {
  const frames = stack().matchAll(/^\s+at (?:new )?(\w+)\.(forward|step) /gm);
  const layers: string[] = [];
  for (const [, owner, method] of frames) {
    if (method === 'step') return `${owner}.step`;
    layers.unshift(owner!);
  }
  return layers.length > 0 ? layers.join(' › ') : NO_LAYER;
}

function stack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const text = new Error().stack ?? '';
  Error.stackTraceLimit = limit;
  return text;
}
