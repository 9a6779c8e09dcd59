import { type Tensor, tensor, tidy, Variable } from '@tensorflow/tfjs-core';
import { checkOptions, dependsOn, kind } from '@unroll/backend';
import { shapeText } from './shape-text.ts';

/** A saved value: a tensor, or its numbers in row-major order with their shape. */
export type StateValue =
  | Tensor
  | { readonly data: Float32Array | readonly number[]; readonly shape: readonly number[] };

/** A module's parameters by PyTorch's keys, such as `encoder.weight_ih_l0`. */
export type StateDict = Record<string, StateValue>;

export interface LoadStateDictOptions {
  /** Whether missing and unexpected keys are errors. Default true. */
  strict?: boolean | undefined;
}

const loadKinds = { strict: kind.flag };

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
  #training = true;
  readonly #registered = new Map<string, Variable>();

  /** Whether dropout drops: true until `eval()`. */
  get training(): boolean {
    dependsOn(() => this.#training);
    return this.#training;
  }

  set training(training: boolean) {
    this.#training = training;
  }

  /** Makes a variable a parameter under a key that is no field's name. */
  protected registerParameter(name: string, parameter: Variable): void {
    if (this.#registered.has(name)) {
      throw new Error(`${this.constructor.name}.registerParameter: there is a parameter '${name}' already`);
    }
    this.#registered.set(name, parameter);
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

  /**
   * The parameter under a key, here or below: `model.getParameter('encoder.weight_hh_l0')`.
   *
   * @throws where there is none
   */
  getParameter(key: string): Variable {
    for (const [name, parameter] of this.#namedParametersWithShared('')) if (name === key) return parameter;
    throw new Error(
      `${this.constructor.name}.getParameter: there is no parameter '${key}'; there are ${quoted(Object.keys(this.stateDict()))}`,
    );
  }

  /** How many numbers the parameters hold, shared ones counted once. */
  numParameters(): number {
    return this.parameters().reduce((total, parameter) => total + parameter.size, 0);
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
  loadStateDict(stateDict: StateDict, options: LoadStateDictOptions = {}): IncompatibleKeys {
    const { strict = true } = checkOptions(`${this.constructor.name}.loadStateDict`, options, loadKinds);
    const own = this.stateDict();
    const missingKeys = Object.keys(own).filter((key) => !Object.hasOwn(stateDict, key));
    const unexpectedKeys = Object.keys(stateDict).filter((key) => !Object.hasOwn(own, key));
    const given = Object.entries(own).flatMap(([key, parameter]) =>
      Object.hasOwn(stateDict, key) ? [{ key, parameter, value: stateDict[key]! }] : [],
    );
    const problems: string[] = [];
    if (strict && missingKeys.length > 0) {
      problems.push(`Missing key(s) in stateDict: ${quoted(missingKeys)}.`);
    }
    if (strict && unexpectedKeys.length > 0) {
      problems.push(`Unexpected key(s) in stateDict: ${quoted(unexpectedKeys)}.`);
    }
    problems.push(...given.flatMap(({ key, parameter, value }) => mismatch(key, parameter, value) ?? []));
    if (problems.length > 0) {
      const lines = problems.map((problem) => `\n  ${problem}`).join('');
      throw new Error(`${this.constructor.name}.loadStateDict: error(s) in loading the state:${lines}`);
    }
    tidy(() => {
      for (const { parameter, value } of given) {
        // Assigning a variable to itself would free what it holds.
        if (value === parameter) continue;
        parameter.assign(
          isTensor(value) ? value : tensor(new Float32Array(value.data), [...value.shape], parameter.dtype),
        );
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

function quoted(keys: readonly string[]): string {
  return keys.map((key) => `"${key}"`).join(', ');
}

/** What is wrong with a saved value, if anything is. */
function mismatch(key: string, parameter: Variable, value: StateValue): string | undefined {
  const { shape } = value;
  const sameShape = shape.length === parameter.rank && shape.every((n, axis) => n === parameter.shape[axis]);
  if (!sameShape) {
    return `size mismatch for ${key}: the saved value has shape ${shapeText(shape)}; the model's has ${shapeText(parameter.shape)}.`;
  }
  if (isTensor(value)) {
    if (value.dtype === parameter.dtype) return undefined;
    return `dtype mismatch for ${key}: the saved value is ${value.dtype}; the model's is ${parameter.dtype}.`;
  }
  if (value.data.length === parameter.size) return undefined;
  return `size mismatch for ${key}: the saved value has ${value.data.length} numbers; its shape ${shapeText(shape)} has ${parameter.size}.`;
}
