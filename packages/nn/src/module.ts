import type { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, kind, noteDisposal } from '@unroll/backend/checks';
import { dependsOn } from '@unroll/backend/operations';
import { childrenWithoutCycles } from './children-without-cycles.ts';
import { noteModule, warnOfHiddenModules } from './hidden-modules.ts';
import {
  type IncompatibleKeys,
  type LoadStateDictOptions,
  loadParameters,
  type StateDict,
} from './load-state-dict.ts';
import { moduleText } from './module-text.ts';
import { type BufferOptions, OwnVariables } from './own-variables.ts';
import { refusePromise } from './refuse-promise.ts';
import { refuseJson, withoutJson } from './saving/refuse-json.ts';

const loadKinds = { strict: kind.flag };
/** The kind of a module's own variables that a walk is for. */
type Own = (own: OwnVariables) => Iterable<readonly [string, Variable]>;

/**
 * The base of all layers and models, as `torch.nn.Module`.
 *
 * A module's parameters are the `tf.Variable`s among its fields, under the fields' names, and those that it registers
 * under other names. Its children are the modules among its fields. Arrays and `#private` fields are not searched; a
 * warning names modules in them. `ModuleList`, `ModuleDict` and `ParameterList` hold several. Variables that are state
 * but are not trained, such as running means, are registered as buffers, and may be fields too. A child may refer to its
 * parent: a field that leads back to a module on the path to it is not followed.
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
  readonly #own = new OwnVariables(this, (value) => value instanceof Module);

  constructor() {
    noteModule(this);
  }

  /** Whether dropout is active and batch normalization uses the batch's statistics: true until `eval()`. */
  get training(): boolean {
    dependsOn(() => this.#training);
    return this.#training;
  }

  set training(training: boolean) {
    this.#training = training;
  }

  /** Makes a variable a parameter under a key that is not a field's name. */
  protected registerParameter(name: string, parameter: Variable): void {
    this.#own.addParameter(name, parameter);
  }

  /**
   * Makes a variable a buffer: state that is saved, loaded and disposed with the parameters, but not trained
   * (`trainable` becomes false). It may also be a field of any name; a later value of that field replaces it.
   *
   * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_buffer
   *
   * @example
   * class Counter extends nn.Module {
   *   steps = tf.variable(tf.scalar(0, 'int32'));
   *
   *   constructor() {
   *     super();
   *     this.registerBuffer('num_steps', this.steps);
   *   }
   * }
   */
  protected registerBuffer(name: string, buffer: Variable, options: BufferOptions = {}): void {
    this.#own.addBuffer(name, buffer, options);
  }

  /** The module's own parameters, then its children's, by key. A shared parameter comes once, under its first key. */
  namedParameters(): Generator<[string, Variable]> {
    return this.#named((own) => own.parameters());
  }

  /** The module's own buffers, then its children's, also those that are not saved. A shared buffer comes once. */
  namedBuffers(): Generator<[string, Variable]> {
    return this.#named((own) => own.buffers());
  }

  *#named(own: Own): Generator<[string, Variable]> {
    const seen = new Set<Variable>();
    for (const [prefix, module] of this.namedModules()) {
      warnOfHiddenModules(module, this, (value) => value instanceof Module);
      for (const [name, variable] of own(module.#own)) {
        if (seen.has(variable)) continue;
        seen.add(variable);
        yield [prefix ? `${prefix}.${name}` : name, variable];
      }
    }
  }

  /** The parameters as a list, for an optimizer. */
  parameters(): Variable[] {
    return [...this.namedParameters()].map(([, parameter]) => parameter);
  }

  /** The state that is not trained, such as running means. */
  buffers(): Variable[] {
    return [...this.namedBuffers()].map(([, buffer]) => buffer);
  }

  /**
   * The parameter under a key, of this module or one below: `model.getParameter('encoder.weight_hh_l0')`.
   *
   * @throws where there is none
   */
  getParameter(key: string): Variable {
    return this.#get('parameter', key, (own) => own.parameters());
  }

  /**
   * The buffer under a key, of this module or one below: `model.getBuffer('norm.running_mean')`.
   *
   * @throws where there is none
   */
  getBuffer(key: string): Variable {
    return this.#get('buffer', key, (own) => own.buffers());
  }

  #get(what: 'parameter' | 'buffer', key: string, own: Own): Variable {
    const variables = this.#byKey(own);
    if (Object.hasOwn(variables, key)) return variables[key]!;
    const keys = Object.keys(variables).map((known) => `"${known}"`);
    const known = keys.length === 0 ? 'there are none' : `there are ${keys.join(', ')}`;
    const method = what === 'parameter' ? 'getParameter' : 'getBuffer';
    throw new Error(`${this.constructor.name}.${method}: there is no ${what} '${key}'; ${known}`);
  }

  /** The number of elements of all parameters. Shared parameters count once. */
  numParameters(): number {
    return this.parameters().reduce((total, parameter) => total + parameter.size, 0);
  }

  /** The modules among this one's fields, by name. */
  *namedChildren(): Generator<[string, Module]> {
    for (const [name, value] of Object.entries(this)) if (value instanceof Module) yield [name, value];
  }

  /** The modules among this one's fields. Each comes once. */
  children(): Module[] {
    return [...new Set([...this.namedChildren()].map(([, child]) => child))];
  }

  /** This module and all below it, by key; the module itself has the empty key. A shared module comes once. */
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

  /** Calls `fn` on every module below this one, then on this one; repeatedly on a module that several share. */
  apply(fn: (module: Module) => void): this {
    const childrenOf = childrenWithoutCycles<Module>(this);
    const visit = (module: Module): void => {
      for (const child of new Set(childrenOf(module).map(([, child]) => child))) visit(child);
      fn(module);
    };
    visit(this);
    return this;
  }

  /** Sets `training` of this module and all below. Dropout, zoneout and batch normalization depend on it. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  eval(): this {
    return this.train(false);
  }

  /**
   * Calls `f` in evaluation mode, and then restores the mode of this module and each below, also where `f` throws.
   *
   * @throws where `f` is asynchronous: the code after an `await` would run in the old modes
   */
  evaluating<T>(f: () => T): T {
    const modules = this.modules();
    const modes = modules.map(({ training }) => training);
    this.eval();
    try {
      return refusePromise(`${this.constructor.name}.evaluating`, f());
    } finally {
      for (const [index, module] of modules.entries()) module.training = modes[index]!;
    }
  }

  /** Freezes (`false`) or unfreezes the parameters of this module and all below. */
  requiresGrad_(requiresGrad = true): this {
    for (const parameter of this.parameters()) parameter.trainable = requiresGrad;
    return this;
  }

  /**
   * The live parameters and buffers by PyTorch's keys. A shared variable is under each of its keys. Clone values that
   * training must not change. `save` writes them. `JSON.stringify` of the variables, of this object or of a copy of
   * it throws an error that says so. `JSON.stringify` of clones silently loses their numbers, as for any tensor.
   */
  stateDict(): Record<string, Variable> {
    return withoutJson(
      `${this.constructor.name}.stateDict`,
      this.#byKey((own) => own.state()),
    );
  }

  /** @throws always: JSON cannot hold a module's weights. */
  toJSON(): never {
    return refuseJson(this.constructor.name);
  }

  #byKey(own: Own): Record<string, Variable> {
    const childrenOf = childrenWithoutCycles<Module>(this);
    const state: Record<string, Variable> = {};
    const visit = (module: Module, prefix: string): void => {
      for (const [name, variable] of own(module.#own)) state[prefix + name] = variable;
      for (const [name, child] of childrenOf(module)) visit(child, `${prefix}${name}.`);
    };
    visit(this, '');
    return state;
  }

  /**
   * Copies saved values into the parameters and buffers: all of them, or none where one does not fit.
   *
   * @throws where `strict` and a key is missing or unexpected, and in any case where a shape or dtype differs or a
   *   value is not a saved tensor (a disposed tensor, strings); the message lists all faults
   */
  loadStateDict(stateDict: StateDict, options: LoadStateDictOptions = {}): IncompatibleKeys {
    const owner = `${this.constructor.name}.loadStateDict`;
    const { strict = true } = checkOptions(owner, options, loadKinds);
    return loadParameters<unknown>(
      owner,
      this.#byKey((own) => own.state()),
      stateDict,
      strict,
    );
  }

  /** The options that the module's text shows in brackets: `inFeatures=4, outFeatures=2`. Empty by default */
  extraRepr(): string {
    return '';
  }

  /**
   * The module and the modules below it, as PyTorch prints them, with the number of parameters of each.
   *
   * @example
   * console.log(String(model)); // in Node console.log(model) is enough
   * // Tagger(
   * //   (embedding): Embedding(1000, 64), 64,000 parameters
   * //   (output): Linear(inFeatures=128, outFeatures=12, bias=true), 1,548 parameters
   * // ), 65,548 parameters
   */
  toString(): string {
    return moduleText(this);
  }

  /** `console.log(model)` in Node prints the module's text, too. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** Frees the parameters and buffers of this module and all below. The module cannot be used afterwards. */
  dispose(): void {
    for (const [key, variable] of [...this.namedParameters(), ...this.namedBuffers()]) {
      if (variable.isDisposed) continue;
      variable.dispose();
      noteDisposal(variable, `${this.constructor.name}.dispose() has freed the module's '${key}'`);
    }
  }

  /** `using model = new …` disposes it at the end of the block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  abstract forward(...inputs: never[]): unknown;
}
