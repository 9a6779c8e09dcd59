import { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

export interface BufferOptions {
  /** Whether the state dict has it. Default true */
  persistent?: boolean | undefined;
}

const bufferKinds = { persistent: kind.flag };

/** What a key's part is: a state's keys have dots between them. */
export const nameKind: kind.Kind = kind.required({
  expected: 'a name without a dot',
  fits: (value) => typeof value === 'string' && value !== '' && !value.includes('.'),
});

const variableKind = kind.required(kind.variable);

interface Buffer {
  readonly variable: Variable;
  readonly persistent: boolean;
}

type Named = readonly [name: string, variable: Variable];

/** What a module itself has: the variables among its fields, and those that it registered, by name. */
export class OwnVariables {
  /** Every module's: a buffer is no parameter of another module that has it in a field. */
  static readonly #allBuffers = new WeakSet<Variable>();

  readonly #module: object;
  readonly #parameters = new Map<string, Variable>();
  readonly #buffers = new Map<string, Buffer>();

  constructor(module: object) {
    this.#module = module;
  }

  addParameter(name: string, parameter: Variable): void {
    this.#checkFree('registerParameter', name);
    this.#parameters.set(name, parameter);
  }

  addBuffer(name: string, variable: Variable, options: BufferOptions): void {
    const owner = this.#owner('registerBuffer');
    const { persistent = true } = checkOptions<BufferOptions>(owner, options, bufferKinds);
    this.#checkFree('registerBuffer', name);
    checkValue(owner, 'buffer', variable, variableKind);
    variable.trainable = false;
    OwnVariables.#allBuffers.add(variable);
    this.#buffers.set(name, { variable, persistent });
  }

  *parameters(): Generator<Named> {
    yield* this.#parameters;
    for (const [name, value] of Object.entries(this.#module)) {
      if (value instanceof Variable && !OwnVariables.#allBuffers.has(value)) yield [name, value];
    }
  }

  *buffers(): Generator<Named> {
    for (const [name, { variable }] of this.#buffers) yield [name, variable];
  }

  /** Parameters, then the buffers that are saved. */
  *state(): Generator<Named> {
    yield* this.parameters();
    for (const [name, { variable, persistent }] of this.#buffers) if (persistent) yield [name, variable];
  }

  #checkFree(method: string, name: string): void {
    checkValue(this.#owner(method), 'name', name, nameKind);
    const taken = this.#parameters.has(name) ? 'parameter' : this.#buffers.has(name) ? 'buffer' : undefined;
    if (taken)
      throw new ArgumentError(this.#owner(method), 'name', `is '${name}', which a ${taken} has already`);
  }

  #owner(method: string): string {
    return `${this.#module.constructor.name}.${method}`;
  }
}
