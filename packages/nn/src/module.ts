import { type Tensor, type TensorLike, tensor, tidy, Variable } from '@tensorflow/tfjs-core';

/** A saved value: a tensor, or its numbers in row-major order with their shape. */
export type StateValue =
  | Tensor
  | { readonly data: Float32Array | readonly number[]; readonly shape: readonly number[] };

/** A module's parameters by PyTorch's keys, such as `encoder.weight_ih_l0`. */
export type StateDict = Record<string, StateValue>;

export interface LoadStateDictOptions {
  /** Whether missing and unexpected keys are errors. Default true. */
  strict?: boolean;
}

export interface IncompatibleKeys {
  readonly missingKeys: readonly string[];
  readonly unexpectedKeys: readonly string[];
}

/**
 * The base of all layers and models, as `torch.nn.Module`.
 *
 * A module's parameters are the `tf.Variable`s among its fields, by the field's name, and those that it registers under a
 * name of their own; its children are the modules among its fields. Private `#fields` are not seen.
 *
 * @example
 * class Tagger extends nn.Module {
 *   embedding = new nn.Embedding({ numEmbeddings: 1000, embeddingDim: 64 });
 *   lstm = new nn.LSTM({ inputSize: 64, hiddenSize: 128, batchFirst: true });
 *   output = new nn.Linear({ inFeatures: 128, outFeatures: 12 });
 *
 *   forward(words: tf.Tensor2D): tf.Tensor3D {
 *     const [states] = this.lstm.forward(this.embedding.forward(words));
 *     return this.output.forward(states);
 *   }
 * }
 */
export abstract class Module {
  /** Whether dropout drops: true until `eval()`. */
  training = true;

  readonly #registered = new Map<string, Variable>();

  /** Makes a variable a parameter under a key that is no field's name. */
  protected registerParameter(name: string, parameter: Variable): void {
    if (this.#registered.has(name)) {
      throw new Error(`${this.constructor.name}.registerParameter: there is a parameter '${name}' already`);
    }
    this.#registered.set(name, parameter);
  }

  /** A parameter that was registered under this key. */
  protected registeredParameter(name: string): Variable | undefined {
    return this.#registered.get(name);
  }

  /** Own parameters, then the children's, by key; a parameter that is shared comes once, under its first key. */
  *namedParameters(): Generator<[string, Variable]> {
    const seen = new Set<Variable>();
    for (const [key, parameter] of this.#namedParametersWithShared('')) {
      if (seen.has(parameter)) continue;
      seen.add(parameter);
      yield [key, parameter];
    }
  }

  /** What an optimizer takes. */
  parameters(): Variable[] {
    return [...this.namedParameters()].map(([, parameter]) => parameter);
  }

  *#namedParametersWithShared(prefix: string): Generator<[string, Variable]> {
    for (const [name, parameter] of this.#registered) yield [prefix + name, parameter];
    for (const [name, value] of Object.entries(this))
      if (value instanceof Variable) yield [prefix + name, value];
    for (const [name, child] of this.namedChildren())
      yield* child.#namedParametersWithShared(`${prefix}${name}.`);
  }

  /** The modules among this one's fields, by name. */
  *namedChildren(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) if (value instanceof Module) yield [name, value];
  }

  children(): Module[] {
    return [...this.namedChildren()].map(([, child]) => child);
  }

  /** This module and all below it, by key; the module itself has the empty key. A module that is shared comes once. */
  *namedModules(prefix = '', seen: Set<Module> = new Set()): Generator<[string, Module]> {
    if (seen.has(this)) return;
    seen.add(this);
    yield [prefix, this];
    for (const [name, child] of this.namedChildren()) {
      yield* child.namedModules(prefix ? `${prefix}.${name}` : name, seen);
    }
  }

  modules(): Module[] {
    return [...this.namedModules()].map(([, module]) => module);
  }

  /** Calls `fn` on every module below this one, then on this one. */
  apply(fn: (module: Module) => void): this {
    for (const child of this.children()) child.apply(fn);
    fn(this);
    return this;
  }

  /** Sets `training` here and below; dropout is active in training only. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /** Freezes (`false`) or thaws the parameters here and below. */
  requiresGrad_(requiresGrad = true): this {
    for (const parameter of this.parameters()) parameter.trainable = requiresGrad;
    return this;
  }

  /** The live parameters by PyTorch's keys, shared ones under each of theirs. Clone what must not change with training. */
  stateDict(): Record<string, Variable> {
    return Object.fromEntries(this.#namedParametersWithShared(''));
  }

  /**
   * Copies saved values into the parameters, all of them or, where one cannot be, none.
   *
   * @throws where `strict` and a key is missing or unexpected, and in any case where a shape differs; the message lists all
   */
  loadStateDict(stateDict: StateDict, { strict = true }: LoadStateDictOptions = {}): IncompatibleKeys {
    const own = this.stateDict();
    const missingKeys = Object.keys(own).filter((key) => !(key in stateDict));
    const unexpectedKeys = Object.keys(stateDict).filter((key) => !(key in own));
    const problems: string[] = [];
    const quoted = (keys: readonly string[]) => keys.map((key) => `"${key}"`).join(', ');
    if (strict && unexpectedKeys.length > 0)
      problems.push(`Unexpected key(s) in stateDict: ${quoted(unexpectedKeys)}.`);
    if (strict && missingKeys.length > 0)
      problems.push(`Missing key(s) in stateDict: ${quoted(missingKeys)}.`);
    for (const [key, parameter] of Object.entries(own)) {
      const value = stateDict[key];
      const problem = value && mismatch(key, parameter, value);
      if (problem) problems.push(problem);
    }
    if (problems.length > 0) {
      const lines = problems.map((problem) => `\n  ${problem}`).join('');
      throw new Error(`${this.constructor.name}.loadStateDict: the state does not fit:${lines}`);
    }
    tidy(() => {
      for (const [key, parameter] of Object.entries(own)) {
        const value = stateDict[key];
        if (value)
          parameter.assign(isTensor(value) ? value : tensor(value.data as TensorLike, [...value.shape]));
      }
    });
    return { missingKeys, unexpectedKeys };
  }

  /** Frees the parameters here and below; the module is of no use afterwards. */
  dispose(): void {
    for (const parameter of this.parameters()) if (!parameter.isDisposed) parameter.dispose();
  }

  /** `using model = new …` disposes it at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  abstract forward(...inputs: never[]): unknown;
}

function isTensor(value: StateValue): value is Tensor {
  return 'dataId' in value;
}

/** What is wrong with a saved value, if anything is. */
function mismatch(key: string, parameter: Variable, value: StateValue): string | undefined {
  const shown = (shape: readonly number[]) => `[${shape.join(', ')}]`;
  const sameShape =
    value.shape.length === parameter.rank && value.shape.every((n, i) => n === parameter.shape[i]);
  if (!sameShape) {
    return `size mismatch for ${key}: the saved value has shape ${shown(value.shape)}; the model's has ${shown(parameter.shape)}.`;
  }
  if (isTensor(value)) {
    if (value.dtype !== parameter.dtype) {
      return `dtype mismatch for ${key}: the saved value is ${value.dtype}; the model's is ${parameter.dtype}.`;
    }
  } else if (value.data.length !== parameter.size) {
    return `size mismatch for ${key}: the saved value has ${value.data.length} numbers; its shape ${shown(value.shape)} has ${parameter.size}.`;
  }
  return undefined;
}
