import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { Module } from './module.ts';

/** A module that makes one tensor of another. */
export interface UnaryModule extends Module {
  forward(input: Tensor): Tensor;
}

/** Returns its input: a placeholder, as `torch.nn.Identity`. */
export class Identity extends Module {
  forward<T>(input: T): T {
    return input;
  }
}

/** Modules by number, each a parameter group of the model under `0.`, `1.`, …: `torch.nn.ModuleList`. */
export class ModuleList<M extends Module = Module> extends Module implements Iterable<M> {
  readonly #modules: M[] = [];

  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  get length(): number {
    return this.#modules.length;
  }

  /** The module at `index`; negative ones count from the end. */
  at(index: number): M {
    return moduleAt('ModuleList', this.#modules, index);
  }

  append(module: M): this {
    this.#modules.push(module);
    return this;
  }

  extend(modules: Iterable<M>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  [Symbol.iterator](): Iterator<M> {
    return this.#modules.values();
  }

  override *namedChildren(): Generator<[string, Module]> {
    for (const [index, module] of this.#modules.entries()) yield [String(index), module];
  }

  forward(): never {
    throw new Error('ModuleList.forward: a list has no forward pass; call that of its modules');
  }
}

/**
 * Modules one after another, `torch.nn.Sequential`: given in order, with keys `0.`, `1.`, …, or as an object, with its keys.
 *
 * @example new nn.Sequential(new nn.Linear({ inFeatures: 4, outFeatures: 8 }), new nn.Tanh())
 */
export class Sequential extends Module {
  readonly #modules: ReadonlyMap<string, UnaryModule>;

  constructor(named: Readonly<Record<string, UnaryModule>>);
  constructor(...modules: UnaryModule[]);
  constructor(...modules: UnaryModule[] | [Readonly<Record<string, UnaryModule>>]) {
    super();
    const [first] = modules;
    const entries: [string, UnaryModule][] =
      first && !(first instanceof Module)
        ? Object.entries(first)
        : (modules as UnaryModule[]).map((module, index) => [String(index), module]);
    this.#modules = new Map(entries);
  }

  get length(): number {
    return this.#modules.size;
  }

  /** The module at `index`; negative ones count from the end. */
  at(index: number): UnaryModule {
    return moduleAt('Sequential', [...this], index);
  }

  override *namedChildren(): Generator<[string, Module]> {
    yield* this.#modules;
  }

  [Symbol.iterator](): Iterator<UnaryModule> {
    return this.#modules.values();
  }

  forward(input: Tensor): Tensor {
    return tidy(() => {
      let output = input.clone(); // so that the result can be disposed, whatever the modules return
      for (const module of this.#modules.values()) output = module.forward(output);
      return output;
    });
  }
}

function moduleAt<M>(container: string, modules: readonly M[], index: number): M {
  const module = modules.at(index);
  if (!module) throw new Error(`${container}.at: index is ${index}; there are ${modules.length} modules`);
  return module;
}
