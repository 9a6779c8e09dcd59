import { checkValue, kind } from '@unroll/backend/checks';
import { checkModule } from '../check-module.ts';
import { Module } from '../module.ts';
import { checkedList } from './checked-list.ts';
import { itemsAndFields } from './items-and-fields.ts';
import { moduleAt } from './module-at.ts';

/** Modules by number. Each is a part of the model under `0.`, `1.`, …: `torch.nn.ModuleList`. */
export class ModuleList<M extends Module = Module> extends Module implements Iterable<M> {
  readonly #modules: M[] = [];

  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  get length(): number {
    return this.#modules.length;
  }

  /** The module at `index`; negative indices count from the end. */
  at(index: number): M {
    return moduleAt('ModuleList.at', this.#modules, index);
  }

  append(module: M): this {
    checkModule('ModuleList.append', module);
    this.#modules.push(module);
    return this;
  }

  /** Inserts a module before the one at `index`, or at the end. */
  insert(index: number, module: M): this {
    checkModule('ModuleList.insert', module);
    checkValue('ModuleList.insert', 'index', index, kind.required(kind.whole()));
    this.#modules.splice(index, 0, module);
    return this;
  }

  /** Replaces the module at `index`. */
  set(index: number, module: M): this {
    checkModule('ModuleList.set', module);
    moduleAt('ModuleList.set', this.#modules, index);
    this.#modules.splice(index, 1, module);
    return this;
  }

  /** Removes a module and returns it, without disposing it. Default: the last one */
  pop(index = -1): M {
    const module = moduleAt('ModuleList.pop', this.#modules, index);
    this.#modules.splice(index, 1);
    return module;
  }

  /** Appends modules, all or none. */
  extend(modules: Iterable<M>): this {
    const check = (module: M) => checkModule('ModuleList.append', module);
    this.#modules.push(...checkedList('ModuleList.extend', 'modules', modules, check));
    return this;
  }

  [Symbol.iterator](): Iterator<M> {
    return this.#modules.values();
  }

  override *namedChildren(): Generator<[string, Module]> {
    const items = this.#modules.map((module, index): [string, Module] => [String(index), module]);
    yield* itemsAndFields(this.constructor.name, items, super.namedChildren());
  }

  forward(): never {
    throw new Error('ModuleList.forward: a list has no forward pass; call that of its modules');
  }
}
