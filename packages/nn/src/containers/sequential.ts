import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { checkValue } from '@unroll/backend/checks';
import { checkModule } from '../check-module.ts';
import { Module } from '../module.ts';
import { nameKind } from '../own-variables.ts';
import { itemsAndFields } from './items-and-fields.ts';
import { moduleAt } from './module-at.ts';

/** A module that computes one tensor from another. */
export interface UnaryModule extends Module {
  forward(input: Tensor): Tensor;
}

/**
 * Modules one after another, as `torch.nn.Sequential`. They are given in order, with the keys `0.`, `1.`, …, or as an
 * object, with its keys. `forward` calls these modules. A module in a field of a subclass is a part of the model, but
 * `forward` does not call it.
 *
 * @example new nn.Sequential(new nn.Linear({ inFeatures: 4, outFeatures: 8 }), new nn.Tanh())
 */
export class Sequential extends Module {
  readonly #modules: ReadonlyMap<string, UnaryModule>;

  /** @throws where an argument is not a module, or a key is empty or has a dot */
  constructor(named: Readonly<Record<string, UnaryModule>>);
  constructor(...modules: UnaryModule[]);
  constructor(...modules: UnaryModule[] | [Readonly<Record<string, UnaryModule>>]) {
    super();
    const [first] = modules as unknown[];
    const entries: [string, UnaryModule][] =
      modules.length === 1 && isNamed(first)
        ? Object.entries(first)
        : (modules as UnaryModule[]).map((module, index) => [String(index), module]);
    for (const [key, module] of entries) {
      checkValue('Sequential', 'key', key, nameKind);
      checkModule('Sequential', module);
    }
    this.#modules = new Map(entries);
  }

  get length(): number {
    return this.#modules.size;
  }

  /** The module at `index`; negative indices count from the end. */
  at(index: number): UnaryModule {
    return moduleAt('Sequential.at', [...this], index);
  }

  override *namedChildren(): Generator<[string, Module]> {
    yield* itemsAndFields(this.constructor.name, this.#modules, super.namedChildren());
  }

  [Symbol.iterator](): Iterator<UnaryModule> {
    return this.#modules.values();
  }

  forward(input: Tensor): Tensor {
    return tidy(() => {
      let output = input.clone(); // a clone, so that the result can be disposed whatever the modules return
      for (const module of this.#modules.values()) output = module.forward(output);
      return output;
    });
  }
}

const isNamed = (value: unknown): value is Readonly<Record<string, UnaryModule>> =>
  typeof value === 'object' && value !== null && !(value instanceof Module);
