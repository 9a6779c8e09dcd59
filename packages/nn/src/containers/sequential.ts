import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { Module } from '../module.ts';
import { moduleAt } from './module-at.ts';

/** A module that makes one tensor of another. */
export interface UnaryModule extends Module {
  forward(input: Tensor): Tensor;
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
    return moduleAt('Sequential.at', [...this], index);
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
