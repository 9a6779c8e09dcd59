import { engine } from '@tensorflow/tfjs-core';

type Thunks = Record<string, () => unknown>;
interface TapeNode {
  gradient?: (dys: unknown[]) => Thunks;
}
interface TapedEngine {
  addTapeNode(...args: unknown[]): void;
  state: { activeTape?: TapeNode[] };
}

/** The objects that follow gradients now. There may be two for a while: a new backend is loaded before the old one ends. */
const installed = new Set<Layers>();
let original: TapedEngine['addTapeNode'] | undefined;

/**
 * Tells which layer a kernel call belongs to: in a forward pass the chain of `forward` methods on the stack. A call in a
 * backward pass is part of an operation's gradient, and belongs to the layer that the operation was called in.
 */
export class Layers {
  #backward: string | undefined;

  /** The layer of the call under way. An optimizer's step counts as a layer, and so does `(no layer)`. */
  current(): string {
    return this.#backward ?? layerOnStack();
  }

  /** Follows gradients by the tape of TensorFlow.js's engine, which knows the operation of each gradient. */
  install(): void {
    installed.add(this);
    if (original) return;
    const taped = engine() as unknown as TapedEngine;
    const addTapeNode = taped.addTapeNode;
    original = addTapeNode;
    taped.addTapeNode = (...args) => {
      const places = [...installed].map((layers) => ({ layers, layer: layers.current() }));
      addTapeNode.apply(taped, args);
      const node = taped.state.activeTape?.at(-1);
      if (node) for (const { layers, layer } of places) layers.#follow(node, layer);
    };
  }

  remove(): void {
    installed.delete(this);
    if (installed.size > 0 || !original) return;
    (engine() as unknown as TapedEngine).addTapeNode = original;
    original = undefined;
  }

  /** Counts a node's backward pass as the layer's. */
  #follow(node: TapeNode, layer: string): void {
    const { gradient } = node;
    if (!gradient) return;
    node.gradient = (dys) => {
      const thunks = this.#within(layer, () => gradient(dys));
      return Object.fromEntries(
        Object.entries(thunks).map(([input, thunk]) => [input, () => this.#within(layer, thunk)]),
      );
    };
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
    // What V8 calls the imports of a module: `optim.step(…)`.
    if (owner === 'Module') continue;
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
