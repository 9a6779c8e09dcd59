import { checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { checkModule } from '../check-module.ts';
import { Module } from '../module.ts';
import { nameKind } from '../own-variables.ts';
import { itemsAndFields } from './items-and-fields.ts';

const modulesKind: kind.Kind = kind.required({
  expected: 'modules by key, or pairs of a key and a module',
  fits: (value) => typeof value === 'object' && value !== null,
});

const pairKind: kind.Kind = kind.required({
  expected: 'pairs of a key and a module',
  fits: (value) => Array.isArray(value) && value.length === 2,
});

/**
 * Modules by name, each a part of the model under `name.`: `torch.nn.ModuleDict`, with the methods of a `Map`. It
 * iterates over its entries in the order in which they were added.
 *
 * @example
 * heads = new nn.ModuleDict({ tags: new nn.Linear({ inFeatures: 64, outFeatures: 12 }) });
 * this.heads.get('tags').forward(states);
 *
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html
 */
export class ModuleDict<M extends Module = Module> extends Module implements Iterable<[string, M]> {
  readonly #modules = new Map<string, M>();

  /** @throws where a key is empty or has a dot, or a value is not a module */
  constructor(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]> = {}) {
    super();
    this.update(modules);
  }

  get size(): number {
    return this.#modules.size;
  }

  has(key: string): boolean {
    return this.#modules.has(key);
  }

  /** @throws where there is no module under the key */
  get(key: string): M {
    return this.#moduleAt('get', key);
  }

  /** Puts a module under a key. It replaces a module that is there. */
  set(key: string, module: M): this {
    return this.update([[key, module]]);
  }

  /** Puts modules under their keys, all or none, from an object, from pairs or from another `ModuleDict`. */
  update(modules: Readonly<Record<string, M>> | Iterable<readonly [string, M]>): this {
    checkValue('ModuleDict.update', 'modules', modules, modulesKind);
    const entries = Symbol.iterator in modules ? [...modules] : Object.entries(modules);
    for (const entry of entries) {
      checkValue('ModuleDict.update', 'modules', entry, pairKind);
      const [key, module] = entry;
      checkValue('ModuleDict.set', 'key', key, nameKind);
      checkModule('ModuleDict.set', module);
    }
    Array.from(itemsAndFields('ModuleDict.set', entries, super.namedChildren())); // throws where a field has the name of a key
    for (const [key, module] of entries) this.#modules.set(key, module);
    return this;
  }

  /**
   * Removes a module and returns it, without disposing it.
   *
   * @throws where there is no module under the key
   */
  pop(key: string): M {
    const module = this.#moduleAt('pop', key);
    this.#modules.delete(key);
    return module;
  }

  /** Removes all modules. */
  clear(): void {
    this.#modules.clear();
  }

  keys(): IterableIterator<string> {
    return this.#modules.keys();
  }

  values(): IterableIterator<M> {
    return this.#modules.values();
  }

  entries(): IterableIterator<[string, M]> {
    return this.#modules.entries();
  }

  [Symbol.iterator](): IterableIterator<[string, M]> {
    return this.entries();
  }

  override *namedChildren(): Generator<[string, Module]> {
    yield* itemsAndFields(this.constructor.name, this.#modules, super.namedChildren());
  }

  forward(): never {
    throw new Error('ModuleDict.forward: a dictionary has no forward pass; call that of its modules');
  }

  #moduleAt(method: string, key: string): M {
    const module = this.#modules.get(key);
    if (module) return module;
    const keys = [...this.keys()].map((known) => `'${known}'`);
    const known = keys.length === 0 ? 'there are no modules' : `there are ${keys.join(', ')}`;
    throw new ArgumentError(`ModuleDict.${method}`, 'key', `is '${key}'; ${known}`);
  }
}
