import { observeTape, type TapeNode } from '@unroll/backend/engine';

/**
 * Tells which layer a kernel call belongs to. In a forward pass it is the chain of `forward` methods on the stack. A
 * call in a backward pass is part of an operation's gradient, and belongs to the layer that called the operation.
 */
export class Layers {
  #backward: string | undefined;
  #end: (() => void) | undefined;

  /**
   * The layer of the present call. An optimizer's step counts as a layer. Calls without a layer belong to
   * `(no layer)`.
   */
  current(): string {
    return this.#backward ?? layerOnStack();
  }

  /** Follows gradients on the tape of TensorFlow.js's engine, which knows the operation of each gradient. */
  install(): void {
    this.#end ??= observeTape((node) => this.#follow(node, this.current()));
  }

  remove(): void {
    this.#end?.();
    this.#end = undefined;
  }

  /** Counts a node's backward pass as part of the layer. */
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

/** `Classifier › LSTM`, from the outermost `forward` inwards; or `AdamW.step`. */
function layerOnStack(): string {
  const frames = stack().matchAll(/^\s+at (?:new )?(\w+)\.(forward|step) /gm);
  const layers: string[] = [];
  for (const [, owner, method] of frames) {
    // V8 uses this name for the imports of a module: `optim.trainingStep(…)`.
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
