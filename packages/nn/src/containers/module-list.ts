import { Module } from '../module.ts';
import { moduleAt } from './module-at.ts';

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
